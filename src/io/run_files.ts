/** What lies in a run, by name. */

/** The settings of a run, in its folder. */
export const settingsName = "config.json";

/** The network that a training goes on from, in its folder: it may be resumed where the network itself is gone. */
export const beforeName = "from.safetensors";

/** What lies in a run, by name; by these a folder is known to hold one. */
export const runFiles = {
  [settingsName]: "all settings: a config file for another run",
  "environment.json": "command, versions of the project and of Deno, adapter, driver and tuning",
  "metrics.jsonl":
    "losses, accuracies, learning rates and the method's numbers, one JSON object for each epoch",
  "alphas.jsonl": "raw alphas, one JSON object for each epoch of the search",
  "genotype.json": "the cell that was found",
  "supernet.safetensors": "weights, BatchNorm statistics and raw alphas at the end of the search",
  "weights.safetensors":
    "the trained network, with its classes, and the mean, deviation and size of the images",
  "result.json":
    "accuracy, baselines by a table, parameters, multiply-adds, images of each class, and notes on how far to trust them",
  "report.html": "all of this on one page, which can be opened offline",
  checkpoints: "the last two checkpoints, from which the run is resumed",
} as const;

/** What some runs have besides. */
export const furtherFiles = {
  "steps.jsonl":
    "with a look at the alphas every so many steps: the cell they give, and measures of them, one JSON object a look",
  tensorboard: "event files for TensorBoard, where they were asked for",
  "cell-normal.svg": "the normal cell, drawn",
  "cell-reduce.svg": "the reduction cell, drawn",
  "cell.svg": "the cell of a space that has one, drawn",
  "skip_limits.json": "of `p-darts`: the cell for each limit on its skip connections",
  "selection.json": "of `darts-pt`: the supernet without each operation and each edge, and what was kept",
  "candidates.json": "of `random-ws`: the cells that were scored, and their scores",
  "searches.json": "of `r-darts-dp` and `r-darts-l2`: all searches, and the one whose cell was kept",
  "landscape.html": "of `landscape`: the loss around the alphas; so are `landscape.svg` and `landscape.json`",
  [beforeName]: "of `evaluate` from a trained network: the trained network that it went on from",
  "classes.csv": "of `evaluate` that only tests: precision and recall of each class",
  "confusion.csv": "likewise: images of each class by what they were taken for",
  "calibration.csv": "likewise: accuracy by confidence",
  "before-N-epochs":
    "the result from before the run was given more epochs; of a training, `before-N-training-epochs`",
} as const;
