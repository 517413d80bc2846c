/** How far Adam can move alphas: by about its learning rate a step, just that where the gradient stays the same. */
import type { Ahead } from "./method.ts";

/** A number in words, to three digits. */
export const rounded = (value: number): string => String(Number(value.toPrecision(3)));

/** The architecture steps of a search, also in words, and how far they move an alpha. */
export function reachOf(
  { epochs, warmup, stepsPerEpoch, archLr }: Ahead,
): { steps: number; words: string; distance: number } {
  const steps = (epochs - warmup) * stepsPerEpoch;
  const words = `${steps} architecture step${steps === 1 ? "" : "s"} of --arch-lr ${rounded(archLr)}`;
  return { steps, words, distance: steps * archLr };
}

/** The settings under which a search reaches a distance, without a full stop. */
export function toReach(distance: number, ahead: Ahead): string {
  const { warmup, stepsPerEpoch, archLr } = ahead;
  // More than what rounding takes away.
  const wanted = 1.01 * distance;
  return `Set --arch-lr to ${rounded(wanted / reachOf(ahead).steps)}, or give --epochs ${
    warmup + Math.ceil(wanted / archLr / stepsPerEpoch)
  } --warmup ${warmup} --arch-lr ${rounded(archLr)}`;
}
