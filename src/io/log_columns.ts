/**
 * The columns of a run's logs, `metrics.jsonl` and `steps.jsonl`. Whatever else a row has are the numbers of its method,
 * which therefore may not have these names.
 */

/** What a column is about; charts stand together by it. */
export type ColumnGroup = "row" | "run" | "loss" | "accuracy" | "alphas" | "curvature" | "benchmark";

/** By name: the group, and what it has. */
export const logColumns = {
  stage: ["row", "`search`, or `train` for the training of what was found"],
  search: ["row", "of a run of several searches, which one, from 0"],
  search_stage: ["row", "of a search in stages, which one, from 0"],
  epoch: ["row", "from 0"],
  genotype: ["row", "the cell that the alphas would give"],
  step: ["run", "weight steps until then"],
  lr: ["run", "learning rate of the weights"],
  images_per_second: ["run", "images of the weight steps in a second"],
  seconds: ["run", "time of the epoch"],
  train_loss: ["loss", "mean cross-entropy of the weight steps"],
  valid_loss: ["loss", "mean cross-entropy on images that train no weights, after the epoch"],
  architecture_loss: ["loss", "mean cross-entropy of the architecture steps"],
  train_accuracy: ["accuracy", "share of the images of the weight steps that were classified correctly"],
  valid_accuracy: ["accuracy", "the same of images that train no weights, after the epoch"],
  alpha_entropy: ["alphas", "mean entropy of a row of mixing weights, in nats"],
  alpha_margin: ["alphas", "mean difference of the two largest mixing weights of a row"],
  skip_count: ["alphas", "skip connections of the cell that the alphas would give"],
  skip_weight: ["alphas", "mean mixing weight of the skip connections"],
  none_count: [
    "alphas",
    "rows whose largest mixing weight is that of `none`; of equal weights the first counts",
  ],
  layer_alignment_normal: ["alphas", "layer alignment Λ of the normal cells, on a search batch"],
  layer_alignment_reduce: ["alphas", "layer alignment Λ of the reduction cells"],
  layer_alignment_cell: ["alphas", "layer alignment Λ of a space with one type of cell"],
  alpha_distance: ["alphas", "distance of the raw alphas to those of the last epoch"],
  alpha_distance_softmax: ["alphas", "the same of the softmax of the alphas"],
  eigenvalue: ["curvature", "dominant eigenvalue of the Hessian of the search loss by the alphas"],
  eigenvalue_error: ["curvature", "its estimated error"],
  discretization_gap: ["curvature", "accuracy of the supernet less that of its discretized cell"],
  benchmark_accuracy: ["benchmark", "accuracy of the cell in the table of trained cells, in percent"],
  benchmark_validation_accuracy: ["benchmark", "its validation accuracy there"],
  benchmark_rank: ["benchmark", "its rank among the cells that the table ranks"],
  benchmark_regret: ["benchmark", "percentage points that it lacks to the best cell"],
} as const satisfies Readonly<Record<string, readonly [ColumnGroup, words: string]>>;

/** A column that all runs may have. */
export type LogColumn = keyof typeof logColumns;

/** The group of a column; undefined for a number of a method. */
export const groupOf = (column: string): ColumnGroup | undefined =>
  column in logColumns ? logColumns[column as LogColumn][0] : undefined;
