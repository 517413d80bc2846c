/** What all stages have in common. */
import type { Node } from "../../src/graph/node.ts";
import { augment, constant, input, scale } from "../../src/graph/ops/mod.ts";
import type { DeviceTensor, Feed } from "../../src/gpu/mod.ts";
import { type AugmentationOptions, augmentationPlan } from "../../src/data/augmentation.ts";
import { gather } from "../../src/data/batches.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import type { Key } from "../../src/random.ts";
import type { Vector } from "./finite.ts";

/**
 * A stage: from an immutable state and a batch to the next state and its metrics. Run twice on one state it gives
 * the same bits, and the state is as it was.
 */
export type Stage<State, Batch> = (state: State, batch: Batch) => readonly [State, Metrics];

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

/** The nodes of a batch whose inputs are named with `prefix`. */
export function batchNodes(data: Dataset, count: number, prefix: string): { images: Node; labels: Node } {
  const { channels, height, width, normalisation } = data;
  const vector = (values: readonly number[]): Node => constant(Float32Array.from(values), [channels]);
  return {
    images: augment({
      images: input(`${prefix}_pixels`, [Math.ceil((count * channels * height * width) / 4)], "u32"),
      plan: input(`${prefix}_plan`, [count, 6], "u32"),
      mean: vector(normalisation.mean),
      std: vector(normalisation.std),
      height,
      width,
    }),
    labels: input(`${prefix}_labels`, [count], "u32"),
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

/** The feeds of a batch under the names of {@link batchNodes}. */
export const batchFeeds = (prefix: string, { pixels, labels, plan }: HostBatch): Record<string, Feed> => ({
  [`${prefix}_pixels`]: pixels,
  [`${prefix}_labels`]: labels,
  [`${prefix}_plan`]: plan,
});

/** A scored batch's outputs as metrics: the mean loss becomes the sum over its images. */
export const summed = (
  { loss, correct }: { loss: Node; correct: Node },
  count: number,
): Record<string, Node> => ({
  loss: scale(loss, count),
  correct,
});
