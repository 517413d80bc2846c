/** What a contestant of `bench-peers` is asked to time. Travels as JSON: the peers in Python read it too. */

/** Sizes of a feature map: `batch` images of `size` pixels a side. */
interface MapSizes {
  readonly channels: number;
  readonly batch: number;
  readonly size: number;
}

/** A stack of cells of a space; `channels` are those of the first. Its images have 3 channels. */
export interface StackSizes extends MapSizes {
  readonly space: "s5" | "nasbench201" | "nasbench1shot1-3";
  readonly layers: number;
}

export type Task =
  /** A supernet: a weight step (SGD with momentum, decay and clipping), or its forward pass alone. */
  | { readonly kind: "weight" | "forward" } & StackSizes
  /** Architecture step and weight step; with MS-DARTS the mean shift (N 3, T 2) between them. */
  | { readonly kind: "ms-darts" | "darts" } & StackSizes
  | TrainingTask
  /** ReLU, depthwise 3×3, pointwise, BatchNorm; and with the gradients of its input and weights. */
  | { readonly kind: "block" | "block-gradient" } & MapSizes
  /** A search from the start of its process to the end of its first weight step. */
  | { readonly kind: "cold"; readonly preset: "tiny" | "cifar10" };

/** A training step, SGD as above, of the network of a genotype. */
export interface TrainingTask extends StackSizes {
  readonly kind: "evaluation";
  /** The name of a published one, or its text. */
  readonly genotype: string;
  /** Weight of the auxiliary head's loss; 0 without such a head. */
  readonly auxiliary: number;
  /** Probability that a path is dropped. */
  readonly dropPath: number;
}

/** How a sample is taken. */
export interface Sampling {
  readonly threads: number;
  /** A sample is the mean of as many runs as take this many milliseconds… */
  readonly fill: number;
  /** …but of no more than so many. */
  readonly most: number;
}
