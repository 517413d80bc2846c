import type { KeptChoices } from "./kept.ts";

/** How a method changes the supernet of a space, as data. All are off when left out. */
export interface SupernetVariant {
  /** PC-DARTS: one in so many channels goes through the mixed operations, the others pass by. */
  readonly partialChannels?: number;
  /** PC-DARTS: edges have weights of their own, softmaxed over those that enter a node. */
  readonly edgeNormalisation?: boolean;
  /**
   * DARTS-: every edge has a skip connection besides, outside of the softmax; its weight is the number
   * `auxiliary_skip_weight`.
   */
  readonly auxiliarySkip?: boolean;
  /**
   * GDAS: mixing vectors are drawn, and an operation of weight zero was not. What it contributes: its weight alone,
   * whose gradient is then the sum of the output's; or nothing, so that only drawn weights have a gradient.
   */
  readonly undrawn?: "weight" | "nothing";
  /** DrNAS: the operations that are still searched; the mixing vectors of these supernets leave out the others. */
  readonly kept?: KeptChoices;
  /** P-DARTS: dropout on the outputs of identities, in training; its rate is the number `skip_dropout`. */
  readonly skipDropout?: boolean;
}
