/** Learning rates and other values that change over epochs or steps, as functions of the progress. */

/** Cosine from `from` to `to`; `progress` runs from 0 to 1 (SGDR, Loshchilov & Hutter 2017, without restarts). */
export const cosine = (from: number, to: number, progress: number): number =>
  to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * progress));

/** Linear from `from` to `to`. */
export const linear = (from: number, to: number, progress: number): number => from + (to - from) * progress;

/**
 * One-cycle (Smith & Topin 2018): a linear rise over the first `rise` of the training from a tenth of the peak,
 * then a cosine down to nothing.
 */
export const oneCycle = (peak: number, progress: number, rise = 0.3): number =>
  progress < rise
    ? linear(peak / 10, peak, progress / rise)
    : cosine(peak, 0, (progress - rise) / (1 - rise));

/** The perturbation radius of an epoch: from a tenth of its maximum towards it (method of the public code). */
export const epsilonRamp = (largest: number, epoch: number, epochs: number): number =>
  linear(largest / 10, largest, epoch / epochs);

/** From 0 in the first epoch to 1 in the last, throughout which it stays there; 1 where there is only one. */
export const ramp = (epoch: number, epochs: number): number =>
  epochs > 1 ? Math.min(1, epoch / (epochs - 1)) : 1;
