/** Settings for runs that take little to begin: the smallest networks that there are. */
export const smallestNetworks: readonly string[] = [
  ["--space", "s2", "--channels", "2", "--layers", "1"],
  ["--eval-channels", "2", "--eval-layers", "1"],
].flat();

/** The same on a handful of images, and without epochs in which the alphas rest. */
export const smallest: readonly string[] = [
  ["--preset", "tiny", "--batch", "2", "--eval-batch", "2", "--eval-holdout", "0", "--warmup", "0"],
  smallestNetworks,
].flat();
