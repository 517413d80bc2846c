/** What a run reports while it goes on. */

/** Where a run is, after one step. Losses and rates may lag: they are read back every few steps. */
export interface StepReport {
  /** What runs, as in the metrics: `search` or `train`. */
  stage: string;
  /** From 0. */
  epoch: number;
  /** Of the whole loop. */
  epochs: number;
  /** Steps done in this epoch. */
  step: number;
  /** Steps of an epoch. */
  steps: number;
  /** Mean cross-entropy of the newest step that was read back. */
  loss?: number;
  /** In [0, 1]. */
  accuracy?: number;
  /** Of the weights. */
  learningRate?: number;
  /** Over all steps so far. */
  imagesPerSecond?: number;
  /** Of the loop, at this rate. */
  secondsLeft?: number;
}

/** One finished epoch. Accuracies and entropy as fractions. */
export interface EpochReport {
  /** What runs, as in the metrics: `search` or `train`. */
  stage: string;
  /** From 0. */
  epoch: number;
  /** Of the whole loop. */
  epochs: number;
  /** Mean cross-entropy over the steps of the epoch. */
  trainLoss: number;
  /** Over the same images. */
  trainAccuracy: number;
  /** Over images that train no weights, where there are any. */
  validLoss?: number;
  /** Over the same images. */
  validAccuracy?: number;
  /** Of the weights. */
  learningRate: number;
  /** The method's own numbers, such as epsilon. */
  numbers?: Readonly<Record<string, number>>;
  /** Edges of the discretized cells that are skip connections. */
  skipCount?: number;
  /** Mean over edges of the alphas' softmax entropy, in nats. */
  alphaEntropy?: number;
  /** What a table of trained cells says of the cell: accuracy in percent, and rank. */
  benchmark?: { readonly accuracy: number; readonly rank: number } | undefined;
  /** Over all steps so far. */
  imagesPerSecond: number;
  /** Of the loop, at this rate. */
  secondsLeft: number;
}
