/** How measures are called in all pages and figures, with their units. */

/** By column of the log; those of the table of trained cells, without the unit. */
export const measureTitles = {
  lr: "Learning rate",
  images_per_second: "Images per second",
  valid_accuracy: "Validation accuracy of the supernet",
  alpha_entropy: "Entropy of the mixing weights, nats",
  alpha_distance: "Distance to the last alphas",
  skip_count: "Skip connections",
  eigenvalue: "Dominant eigenvalue",
  discretization_gap: "Discretization gap",
  benchmark_accuracy: "Accuracy in the table",
  benchmark_rank: "Rank in the table",
  benchmark_regret: "Regret in the table",
} as const;
