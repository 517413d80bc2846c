/**
 * Every setting of every command, once. Flags, `--help`, the checks of a config file and the JSON Schema are all
 * made from these tables (`src/cli/flags.ts`, `src/config/resolve.ts`). A key `lrMin` is the flag `--lr-min`.
 */
import { z } from "zod";
import { nasbench201Datasets } from "../benchmarks/mod.ts";
import { methodGroups } from "../methods/list.ts";
import { spaceGroups } from "../spaces/settings.ts";
import { tuningNames } from "../graph/tuning_records.ts";
import { publishedNames } from "../network/published.ts";
import { namedPath, namedText, oneOf, path, real, text, toggle, whole } from "../fields.ts";
import { renamingSettings } from "../setting.ts";
import {
  datasetNames,
  imageOrders,
  logNames,
  methodNames,
  presetNames,
  resizings,
  spaceNames,
  spectrumNames,
  unrollings,
} from "./names.ts";

export const source = {
  data: namedPath(
    "name|path",
    datasetNames,
    "data set by name, IDX files, CIFAR files, or a folder of class folders",
  ),
  size: whole(
    "height and width images are resized to; by default the data's own, of folders of images at most 224",
    { min: 4, max: 1024 },
  )
    .optional(),
  resizing: oneOf(
    resizings,
    "filter that resizes them: bilinear, or the mean over each pixel's area, as of 2×2 blocks at half the size",
  ).default("bilinear"),
  trainLimit: whole("training images used; 0 uses all", { min: 0 }).default(0),
  testLimit: whole("test images used; 0 uses all", { min: 0 }).default(0),
  imageOrder: oneOf(
    imageOrders,
    "order of the images that halves and limits go by: of what they show, whatever the order of the files, or as stored",
  ).default("content"),
  flip: oneOf(
    ["on", "off"],
    "mirror training images; by default where that makes sense: for photographs, not for digits, letters and signs",
  ).optional(),
  seed: whole("seed of every random choice", { min: 0, max: 2 ** 32 - 1 }).default(0),
};

export const output = {
  json: toggle("print the result as JSON on standard output"),
  quiet: toggle("print no progress"),
};

export const device = {
  adapter: oneOf(["high-performance", "low-power", "software"], "which WebGPU adapter to ask for")
    .default("high-performance"),
  tuning: oneOf(
    tuningNames,
    "which device work is cut up for; by default the one that computes. Sums differ in their last bits",
  ).optional(),
};

/** Limits of the device's memory. */
export const memory = {
  recompute: toggle("compute maps again instead of keeping them: less device memory, more time"),
  memoryLimit: real(
    "device memory that a run may need, in MB; by default what a software driver finds free, no limit on a GPU",
    { above: 0 },
  ).optional(),
};

const plan = {
  dryRun: toggle("print parameters, multiply-adds and memory, then stop"),
  explain: toggle("print the plan of a step (dispatches, bytes, FLOP), then stop"),
};

/** Wider and deeper than any network of the field; beyond, plans would no longer fit a machine's memory. */
export const width = { min: 1, max: 65536 };
export const depth = { min: 1, max: 200 };

/** Checkpoints, and resuming from them. */
const survival = {
  resume: path("run", "directory of a stopped run: resumes it from its newest checkpoint, with its settings")
    .optional(),
  checkpointEvery: real("seconds between two checkpoints; each epoch ends with one too", { min: 0 })
    .default(60),
};

export const genotype = namedText(
  "file|name|text",
  publishedNames,
  "a file, a run, a published name, the text itself, or - for standard input",
);
const preset = oneOf(presetNames, "table of settings to start from").default("quick");
const log = oneOf(
  logNames,
  "logs of each epoch: JSON lines, or event files for TensorBoard besides, in the run's tensorboard/",
).default("jsonl");
export const out = path("dir", "run directory to make; by default a new one under runs/").optional();

/** How the spectrum of the alpha-Hessian is found. */
export const curvature = {
  spectrum: oneOf(
    spectrumNames,
    "the whole Hessian or the ends of its spectrum; auto: step takes the whole where it is small, search never",
  ).default("auto"),
  fullLimit: whole("alphas up to which the whole Hessian is computed").default(300),
};

/** The training of a discretized network, as `evaluate` names it. */
const training = {
  epochs: whole("epochs of training").default(600),
  batch: whole("images a step").default(96),
  channels: whole("channels of the first cell", width).default(36),
  layers: whole("cells", depth).default(20),
  lr: real("largest learning rate", { above: 0 }).default(0.025),
  schedule: oneOf(["cosine", "one-cycle"], "how the learning rate moves").default("cosine"),
  momentum: real("momentum of SGD", { min: 0, below: 1 }).default(0.9),
  weightDecay: real("L2 penalty on the weights", { min: 0 }).default(3e-4),
  gradClip: real("largest gradient norm; 0 does not clip", { min: 0 }).default(5),
  crop: whole("pixels that images are shifted by at most; by default set by the data", { min: 0, max: 64 })
    .optional(),
  cutout: whole("side of the square cut out of images; 0 cuts none", { min: 0 }).default(16),
  auxiliary: real("weight of the auxiliary head's loss; 0 leaves the head out", { min: 0 }).default(0.4),
  dropPath: real("drop-path probability reached in the last epoch", { min: 0, below: 1 }).default(0.2),
  labelSmoothing: real("label smoothing", { min: 0, below: 1 }).default(0),
  holdout: whole(
    "training images kept apart to evaluate each epoch of training on, at most a fifth; 0 trains on all",
    { min: 0 },
  )
    .default(0),
};

type Training = typeof training;
type TrainingKey = keyof Training;
/** The settings of training a genotype. */
export type TrainingConfig = z.output<z.ZodObject<Training>>;

/** Settings of a training that a search has under the same name; `evalBatch` is the `batch` of the others. */
const sameInSearch = ["momentum", "auxiliary", "dropPath", "labelSmoothing"] as const;
type NameInSearch<Key extends string> = Key extends typeof sameInSearch[number] ? Key
  : `eval${Capitalize<Key>}`;

const trainingKeys = Object.keys(training) as TrainingKey[];

/** The name in a search of a training's setting; that of another setting is the same everywhere. */
export const nameInSearch = (key: string): string =>
  !Object.hasOwn(training, key) || sameInSearch.some((same) => same === key)
    ? key
    : `eval${key[0]!.toUpperCase()}${key.slice(1)}`;

/** What a training that follows a search returns or throws: its errors name settings as the search has them. */
export const inSearch = <T>(training: () => T): T => renamingSettings(nameInSearch, training);

/** The values of a training's settings among those of a search. */
export const trainingOf = (
  search: { readonly [Key in NameInSearch<TrainingKey>]?: unknown },
): TrainingConfig =>
  Object.fromEntries(
    trainingKeys.map((key) => [key, search[nameInSearch(key) as NameInSearch<TrainingKey>]]),
  ) as TrainingConfig;

/** Momentum is that of the search. */
const trainingInSearch = Object.fromEntries(
  trainingKeys.filter((key) => key !== "momentum").map((key) => [nameInSearch(key), training[key]]),
) as { [Key in Exclude<TrainingKey, "momentum"> as NameInSearch<Key>]: Training[Key] };

export const searchGroups = {
  "What to search": {
    preset,
    method: oneOf(methodNames, "search method").default("ms-darts"),
    space: oneOf(spaceNames, "search space").default("s5"),
  },
  "Data": source,
  "Search": {
    epochs: whole("epochs of the search").default(40),
    batch: whole("images a step").default(64),
    channels: whole("channels of the first cell", width).default(16),
    layers: whole("cells of the supernet; by default the space's own", depth).optional(),
    lr: real("learning rate of the weights in the first epoch", { above: 0 }).default(0.025),
    lrMin: real("learning rate the cosine ends at", { min: 0 }).default(0.001),
    momentum: training.momentum,
    nesterov: toggle("Nesterov's momentum for the supernet's weights"),
    weightDecay: training.weightDecay,
    gradClip: training.gradClip,
    archLr: real(
      "learning rate of the alphas; by default 0.1 for gaea, else 0.0003, in a short preset by its number of steps",
      { above: 0 },
    ).optional(),
    archWeightDecay: real("L2 penalty on the alphas; gaea has none", { min: 0 }).default(1e-3),
    order: whole(
      "order of the alphas' gradient: 2, the unrolled one, takes a weight step into account; by default set by the method",
      {
        min: 1,
        max: 2,
      },
    ).optional(),
    unrolled: oneOf(unrollings, "second order by exact derivatives, or by the original's finite difference")
      .default("exact"),
    warmup: whole(
      "first epochs in which the alphas rest; by default set by the method, in a short preset a third",
      { min: 0 },
    )
      .optional(),
    cutout: whole(
      "side of the square cut out of images; by default 16 for r-darts-dp, and on s1 to s4 for variant reference, else 0",
      { min: 0 },
    )
      .optional(),
    searchDropPath: real("drop-path probability of the mixed operations in the last epoch", {
      min: 0,
      below: 1,
    }).default(0),
    ramps: oneOf(
      ["epoch", "step"],
      "whether the numbers of a method that grow over a search do so with each epoch, as published, or each step",
    ).default("epoch"),
    levels: whole(
      "2 is bilevel: one half of the images trains the weights, the other the alphas; 1 is single-level: all train both",
      { min: 1, max: 2 },
    ).default(2),
    searchLimit: whole(
      "training images the search sees, of both halves; 0 uses all",
      {
        min: 0,
      },
    ).default(0),
    validLimit: whole(
      "validation images that each epoch is evaluated on, of those for the alphas; 0 uses all",
      { min: 0 },
    )
      .default(0),
  },
  ...methodGroups,
  ...spaceGroups,
  "Curvature": {
    hessian: text("every=N", "log the dominant Hessian eigenvalue of the alphas every N epochs").optional(),
    ...curvature,
  },
  "Table of trained cells": {
    benchmark: path(
      "file",
      "table in which the found cells are looked up: NAS-Bench-101's .tfrecord for 1Shot1; NAS-Bench-201's comes with the project",
    )
      .optional(),
    benchmarkDataset: oneOf(
      nasbench201Datasets,
      "whose accuracy ranks NAS-Bench-201's cells; by default cifar100 where that is searched on, else cifar10",
    ).optional(),
  },
  "Training of the found network": {
    train: z.boolean().meta({ description: "train and test the found network" }).default(true),
    ...trainingInSearch,
  },
  "Run and output": {
    out,
    log,
    logEvery: whole("weight steps from one look at the alphas to the next, in steps.jsonl; 0 looks at none", {
      min: 0,
    }).default(0),
    ...survival,
    ...plan,
    ...output,
    ...device,
    ...memory,
  },
};

export const evaluateGroups = {
  "What to train": {
    genotype,
    from: path(
      "run|dir|file",
      "trained network to go on from, instead of a genotype: a run, an exported folder, or its weights",
    ).optional(),
    preset,
  },
  "Data": source,
  "Training": training,
  "Run and output": { out, log, ...survival, ...plan, ...output, ...device, ...memory },
};
