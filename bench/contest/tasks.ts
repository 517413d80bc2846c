/** What a contestant of `bench-peers` is asked to time. Travels as JSON: the peers in Python read it too. */

/** Sizes of a network and its batch: `batch` images of 3 channels, `size` pixels a side. */
export interface Sizes {
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  readonly size: number;
}

export type Task =
  /** The supernet of S5: a weight step (SGD with momentum, decay and clipping), or its forward pass alone. */
  | { readonly kind: "weight" | "forward" } & Sizes
  /** Architecture step and weight step; with MS-DARTS the mean shift (N 3, T 2) between them. */
  | { readonly kind: "ms-darts" | "darts" } & Sizes
  /** A training step of the network of DARTS_V2: auxiliary head at 0.4, drop-path 0.2. */
  | { readonly kind: "evaluation" } & Sizes
  /** ReLU, depthwise 3×3, pointwise, BatchNorm; and with the gradients of its input and weights. */
  | { readonly kind: "block" | "block-gradient" } & Omit<Sizes, "layers">
  /** A search from the start of its process to the end of its first weight step. */
  | { readonly kind: "cold"; readonly preset: "tiny" | "cifar10" };

/** How a sample is taken. */
export interface Sampling {
  readonly threads: number;
  /** A sample is the mean of as many runs as take this many milliseconds… */
  readonly fill: number;
  /** …but of no more than so many. */
  readonly most: number;
}
