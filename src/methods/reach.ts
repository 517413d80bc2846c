/**
 * How far Adam can move the alphas: about its learning rate in each step, and exactly that while the gradient stays
 * the same.
 */
import type { Ahead } from "./method.ts";
import { setting } from "../setting.ts";

/** A number in words, to three digits. */
export const rounded = (value: number): string => String(Number(value.toPrecision(3)));

/** The architecture steps of a search, also in words, and how far they move an alpha. */
export function reachOf(
  { epochs, warmup, stepsPerEpoch, archLr }: Ahead,
): { steps: number; words: string; distance: number } {
  const steps = (epochs - warmup) * stepsPerEpoch;
  const words = `${steps} architecture step${steps === 1 ? "" : "s"} of ${setting("archLr")} ${
    rounded(archLr)
  }`;
  return { steps, words, distance: steps * archLr };
}

/** The settings under which a search reaches a distance, without a full stop. */
export function toReach(distance: number, ahead: Ahead): string {
  const { warmup, stepsPerEpoch, archLr } = ahead;
  // More than what rounding takes away.
  const wanted = 1.01 * distance;
  return `Set ${setting("archLr")} to ${rounded(wanted / reachOf(ahead).steps)}, or give ${
    setting("epochs")
  } ${warmup + Math.ceil(wanted / archLr / stepsPerEpoch)} ${setting("warmup")} ${warmup} ${
    setting("archLr")
  } ${rounded(archLr)}`;
}
