/** Presets: tables of settings to start from, in the words of `search`. `evaluate` reads their training half. */
import { type Subject, subjectOf } from "./subject.ts";
import type { Unparsed } from "./command.ts";
import type { presetNames } from "./names.ts";
import type { searchGroups } from "./schema.ts";

type SearchInput = Unparsed<typeof searchGroups>;
export type PresetName = (typeof presetNames)[number];
export type Preset = Omit<SearchInput, "preset" | "data"> & { data: string };

/**
 * The paper's search and evaluation on CIFAR, in full. Where the paper gives no number it is the public code's:
 * alphas (Adam 3e-4, decay 1e-3), clipping. The evaluation batch is the 64 the paper states for S1 to S4.
 * The printed algorithm, with constant epsilon and no warm-up, is `--variant paper --space s5-7`.
 */
const paper = {
  method: "ms-darts",
  variant: "default",
  space: "s5",
  // search
  epochs: 40,
  batch: 64,
  channels: 16,
  layers: 8,
  lr: 0.025,
  lrMin: 0.001,
  momentum: 0.9,
  weightDecay: 3e-4,
  gradClip: 5,
  archLr: 3e-4,
  archWeightDecay: 1e-3,
  bandwidth: 1,
  samples: 3,
  iterations: 2,
  // training of the found network
  evalEpochs: 600,
  evalBatch: 64,
  evalChannels: 36,
  evalLayers: 20,
  evalLr: 0.025,
  evalSchedule: "cosine",
  evalWeightDecay: 3e-4,
  evalGradClip: 5,
  evalCutout: 16,
  auxiliary: 0.4,
  dropPath: 0.2,
} as const satisfies Partial<SearchInput>;

/** A small network of few epochs is under-, not overfitted: what regularises the paper's is left out. */
const plainTraining = {
  evalSchedule: "one-cycle",
  evalLr: 0.08,
  evalCrop: 0,
  evalCutout: 0,
  auxiliary: 0,
  dropPath: 0,
} as const satisfies Partial<SearchInput>;

export const presets: Record<PresetName, Preset> = {
  /** Minutes on two cores without a GPU. */
  quick: {
    ...plainTraining,
    data: "fashion-mnist-small",
    space: "s5",
    searchLimit: 4000,
    validLimit: 500,
    epochs: 6,
    batch: 32,
    channels: 4,
    layers: 4,
    evalHoldout: 500,
    evalEpochs: 5,
    evalBatch: 48,
    evalChannels: 8,
    evalLayers: 5,
  },
  /** The same pipeline in seconds, to see that everything works. */
  tiny: {
    ...plainTraining,
    data: "fashion-mnist-small",
    space: "s3",
    trainLimit: 1024,
    testLimit: 512,
    searchLimit: 384,
    validLimit: 128,
    epochs: 2,
    batch: 32,
    channels: 4,
    layers: 3,
    evalHoldout: 128,
    evalEpochs: 2,
    evalBatch: 32,
    evalChannels: 6,
    evalLayers: 3,
  },
  /** CIFAR-10 in about an hour on two cores. */
  "cifar10-small": {
    ...plainTraining,
    data: "cifar10",
    space: "s5",
    trainLimit: 10_000,
    testLimit: 2000,
    searchLimit: 4000,
    validLimit: 500,
    epochs: 8,
    batch: 32,
    channels: 8,
    layers: 5,
    evalHoldout: 1000,
    evalEpochs: 6,
    evalBatch: 64,
    evalChannels: 10,
    evalLayers: 8,
  },
  cifar10: { ...paper, data: "cifar10" },
  cifar100: { ...paper, data: "cifar100" },
};

/** What a search of a few minutes has. */
interface ShortSearch {
  readonly epochs: number;
  readonly batch: number;
  /** Images of both halves; 0 where there is no limit. */
  readonly searchLimit: number;
  readonly trainLimit: number;
  /** Of the search: in one, weights and alphas share the images. */
  readonly levels: number;
}

/** The largest learning rate of the alphas in a short search. */
const fastestAlphas = 0.01;

/**
 * How the alphas move in a preset other than the paper's, by one rule for all methods, chosen before its results were
 * seen. They rest for the first third of the epochs: operations with weights look bad until these are trained, and
 * collapse is decided in the first steps. Then they learn at one over the steps that are left, at most 0.01: Adam moves
 * a number by about its learning rate a step, so that each may move by about one in the whole search, which is what a
 * published search of a few thousand steps allows.
 *
 * @returns `warmup` in epochs and `archLr`, this only where the number of images is limited.
 */
export function shortAlphas(
  { epochs, batch, searchLimit, trainLimit, levels }: ShortSearch,
): { warmup: number; archLr?: number } {
  const warmup = Math.floor(epochs / 3);
  const images = Math.min(searchLimit || Infinity, trainLimit || Infinity);
  if (images === Infinity) return { warmup };
  const steps = (epochs - warmup) * Math.max(1, Math.floor(images / levels / batch));
  return { warmup, archLr: Math.min(fastestAlphas, 1 / steps) };
}

/** Whether a preset is the paper's, in full. */
export const isPaper = (preset: unknown): boolean => preset === "cifar10" || preset === "cifar100";

/**
 * In the paper's presets, every method and space has the settings of its own publication: what differs from the
 * preset, the method's above the space's.
 */
export function publishedSearch(
  given: Readonly<Record<string, unknown>>,
  own?: Partial<Subject>,
): Readonly<Record<string, unknown>> {
  if (!isPaper(given["preset"])) return {};
  const { method, space } = subjectOf(given, own);
  return { ...space.published, ...method.published?.(space, given) };
}
