/** What all stages have in common: pure functions that run on the device. */
import type { DType, Node, Shape } from "../../src/graph/node.ts";
import { augment, constant, input, scale } from "../../src/graph/ops/mod.ts";
import type { DeviceTensor, Feed, Program } from "../../src/gpu/mod.ts";
import { type AugmentationOptions, augmentationPlan } from "../../src/data/augmentation.ts";
import { gather } from "../../src/data/batches.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import { fold, type Key } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { type Advice, type Layouts, notFiniteOf, type Vector, type VectorName, vectorsOf } from "./finite.ts";

/** Inputs of a stage's graph, by name: what each is, and what feeds it out of what the stage is given. */
export type Inputs<Given> = Readonly<Record<string, Input<Given>>>;

export interface Input<Given> {
  readonly shape: Shape;
  /** "f32" when left out. */
  readonly dtype?: DType;
  readonly feed: (given: Given) => Feed;
}

/** The nodes of inputs, by the same names. */
export type NodesOf<I> = { readonly [K in keyof I]: Node };

const nodesOf = <I extends Inputs<never>>(inputs: I): NodesOf<I> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]),
  ) as NodesOf<I>;

const feedsOf = <Given>(inputs: Inputs<Given>, given: Given): Record<string, Feed> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { feed }]) => [name, feed(given)]));

/** A part of the pipeline: a graph for the device, and what its outputs mean on the host. */
export interface Stage<Given, Result> {
  /** What is compiled. */
  readonly graph: () => Record<string, Node>;
  /**
   * The stage on a device, by the program of its graph. Run twice on the same it gives the same bits, and changes
   * nothing of what it is given.
   */
  readonly on: (program: Program) => (given: Given) => Result;
}

/** A stage from its inputs, what is computed of their nodes, and what the host makes of the outputs. */
export const stage = <Given, I extends Inputs<Given>, Out extends string, Result>(
  { inputs, graph, result }: {
    readonly inputs: I;
    readonly graph: (nodes: NodesOf<I>) => Record<Out, Node>;
    readonly result: (outputs: Record<Out, DeviceTensor>, given: Given) => Result;
  },
): Stage<Given, Result> => ({
  graph: () => graph(nodesOf(inputs)),
  on: (program) => (given) => result(program.run<Out>(feedsOf(inputs, given)), given),
});

/** A stage that moves a state, and measures the batch it moves it by. */
export type Step<State, Given> = Stage<Given & { readonly state: State }, readonly [State, Metrics]>;

/** A step from its inputs and the graph's vectors: those of `moves` take the place of the state's. */
export function step<
  State extends object,
  Given,
  I extends Inputs<Given & { readonly state: State }>,
  Moved extends keyof State & string,
  Watched extends VectorName,
>({ inputs, graph, moves, watched, layouts, advice, batch, count }: {
  readonly inputs: I;
  readonly graph: (
    nodes: NodesOf<I>,
  ) => Readonly<Record<Moved | Watched | "loss" | "correct", Node>>;
  readonly moves: readonly Moved[];
  /** The vectors that have to be finite. */
  readonly watched: readonly Watched[];
  readonly layouts: Layouts;
  readonly advice: Advice;
  /** Images a step. */
  readonly batch: number;
  /** What else moves: the state's counters. */
  readonly count: (state: State) => Partial<State>;
}): Step<State, Given> {
  const vectors = vectorsOf(watched, layouts, advice);
  return stage({
    inputs,
    graph: (nodes) => {
      const made = graph(nodes);
      const moved = Object.fromEntries(moves.map((name) => [name, made[name]])) as Record<Moved, Node>;
      return { ...moved, ...summed(made, batch), notFinite: notFiniteOf(made, watched) };
    },
    result: ({ loss, correct, notFinite, ...moved }, { state }) => [
      { ...state, ...moved, ...count(state) },
      { loss: loss!, correct: correct!, notFinite: notFinite!, vectors },
    ],
  });
}

/** What a step says of itself, on the device, read back later. */
export interface Metrics {
  /** Sum of the losses of the batch [1]. */
  readonly loss: DeviceTensor;
  /** Number of its images that are classified correctly [1]. */
  readonly correct: DeviceTensor;
  /** Where the vectors of the step have their first numbers that are not finite, u32 [vectors, parts]. */
  readonly notFinite?: DeviceTensor;
  /** What these vectors are. */
  readonly vectors?: readonly Vector[];
}

/** A batch as it goes to the device: packed bytes, labels and the augmentation plan. */
export interface HostBatch {
  /** u32 [⌈N·C·H·W/4⌉]. */
  readonly pixels: Uint32Array;
  /** u32 [N]. */
  readonly labels: Uint32Array;
  /** u32 [N, 6]. */
  readonly plan: Uint32Array;
}

/** What images go to the device as: their size, and what they are normalised with. */
export type BatchImages = Pick<Dataset, "channels" | "height" | "width" | "normalisation">;

/** The inputs of a batch of `count` images, whose names begin with `prefix`. */
export const batchInputs = <Given>(
  { channels, height, width }: BatchImages,
  count: number,
  prefix: string,
  of: (given: Given) => HostBatch,
): Inputs<Given> => ({
  [`${prefix}_pixels`]: {
    shape: [Math.ceil((count * channels * height * width) / 4)],
    dtype: "u32",
    feed: (given: Given) => of(given).pixels,
  },
  [`${prefix}_plan`]: { shape: [count, 6], dtype: "u32", feed: (given: Given) => of(given).plan },
  [`${prefix}_labels`]: { shape: [count], dtype: "u32", feed: (given: Given) => of(given).labels },
});

/** The images and labels of the nodes of {@link batchInputs}. */
export function batchNodes(
  { channels, height, width, normalisation }: BatchImages,
  prefix: string,
  nodes: Readonly<Record<string, Node>>,
): { images: Node; labels: Node } {
  const vector = (values: readonly number[]): Node => constant(Float32Array.from(values), [channels]);
  return {
    images: augment({
      images: nodes[`${prefix}_pixels`]!,
      plan: nodes[`${prefix}_plan`]!,
      mean: vector(normalisation.mean),
      std: vector(normalisation.std),
      height,
      width,
    }),
    labels: nodes[`${prefix}_labels`]!,
  };
}

/** The images at `indices`, augmented by the numbers of `key`, which must be one step's own. */
export const augmentedBatch = (
  images: Images,
  indices: Uint32Array,
  key: Key,
  options: AugmentationOptions,
): HostBatch => ({
  ...gather(images, indices),
  plan: new Uint32Array(augmentationPlan(key, indices.length, options).buffer),
});

/** The input of a random key. */
export const keyInput = <Given>(key: (given: Given) => Key): Input<Given> => ({
  shape: [2],
  dtype: "u32",
  feed: (given) => Uint32Array.from(key(given)),
});

/** What a state draws its random numbers by. */
interface Keyed {
  readonly key: Key;
  /** Weight steps done. */
  readonly step: number;
}

/** The random key of a step of the weights for one use: each step has its own. */
export const stepKey = (use: string) => ({ state: { key, step } }: { readonly state: Keyed }): Key =>
  fold(fold(key, use), step);

/** The input of a vector of the state. */
export const stateInput = <Name extends string>(
  name: Name,
  floats: number,
): Input<{ readonly state: { readonly [N in Name]: DeviceTensor } }> => ({
  shape: [floats],
  feed: ({ state }) => state[name],
});

/** The input of the weights' learning rate. */
export const lrInput: Input<{ readonly lr: number }> = { shape: [1], feed: ({ lr }) => Float32Array.of(lr) };

/** The input of drop-path's scales for one batch, from a key of its own; for what drops any. */
export const dropInput = <Given>(
  { config: { batch }, net: { dropPaths } }: {
    readonly config: { readonly batch: number };
    readonly net: { readonly dropPaths: number };
  },
  key: (given: Given) => Key,
): Input<Given & { readonly drop: number }> => ({
  shape: [dropPaths, batch],
  feed: (given) => dropPathScales(key(given), dropPaths, batch, given.drop),
});

/** A scored batch's outputs as metrics: the mean loss becomes the sum over its images. */
export const summed = (
  { loss, correct }: { readonly loss: Node; readonly correct: Node },
  count: number,
): Record<"loss" | "correct", Node> => ({
  loss: scale(loss, count),
  correct,
});
