/**
 * When the dominant eigenvalue of the alphas' Hessian says that a search has begun to overfit: the early stopping of
 * RobustDARTS (Zela et al. 2020, section 4.3) with the indices of its public code. Pure functions on the series.
 */

import { real, whole } from "../fields.ts";
import { setting } from "../setting.ts";

/** Where the help has the settings of the rule. */
export const ruling = "Eigenvalue rule (darts-es, darts-ada)";
export const eigenvalueRule = {
  [ruling]: {
    stopEvery: whole("epochs from one dominant eigenvalue to the next").default(2),
    stopWindow: whole("eigenvalues in a local average").default(5),
    stopDelta: whole("local averages that are looked back").default(4),
    stopFactor: real("growth of the local average that stops the search", { above: 0 }).default(1.3),
    stopStart: whole("first epoch that a search may go back to", { min: 0 }).default(10),
  },
};

/** The dominant eigenvalue at the end of an epoch. */
export interface EigenvalueRow {
  /** From 0. */
  readonly epoch: number;
  /** Largest eigenvalue of the alpha-Hessian, weight decay included. */
  readonly value: number;
}

/** The numbers of the rule; the public code's are in brackets. */
export interface StopRule {
  /** Epochs from one eigenvalue to the next (2). */
  readonly stopEvery: number;
  /** Eigenvalues in a local average (5). */
  readonly stopWindow: number;
  /** Local averages that are looked back (4). */
  readonly stopDelta: number;
  /** Largest ratio of a local average to the earlier one (1.3). */
  readonly stopFactor: number;
  /** First epoch that a search may go back to (10). */
  readonly stopStart: number;
}

/**
 * The local average that each eigenvalue completes: over the last `window` values, over all of them while there are
 * fewer but at least half a window (rounded up), NaN before. It belongs to the window's middle.
 */
export function localAverages(values: readonly number[], window: number): number[] {
  return values.map((_, i) => {
    const count = Math.min(i + 1, window);
    if (count < Math.ceil(window / 2)) return NaN;
    return values.slice(i + 1 - count, i + 1).reduce((sum, value) => sum + value, 0) / count;
  });
}

/** Epochs that a search which stops goes back: from the newest eigenvalue to the middle of the earlier window. */
export const epochsBack = ({ stopEvery, stopWindow, stopDelta }: StopRule): number =>
  stopEvery * (Math.floor(stopWindow / 2) + stopDelta);

/** A warning where the rule cannot be met in the epochs there are. */
export function ruleTooLate(rule: StopRule, epochs: number): string[] {
  const first = rule.stopStart + epochsBack(rule);
  if (first < epochs - 1) return [];
  return [
    `The eigenvalue rule is first tested in epoch ${first}, and the search ends with epoch ${
      epochs - 1
    }: it will ` +
    `run through; lower ${setting("stopStart")}, ${setting("stopDelta")}, ${setting("stopWindow")} or ${
      setting("stopEvery")
    } for a short search.`,
  ];
}

/**
 * The epoch to go back to where the newest local average is more than `stopFactor` times that of `stopDelta` eigenvalues
 * earlier; undefined where the search may go on. Nothing stops in the last epoch, of `epochs`.
 */
export function stopEpoch(
  series: readonly EigenvalueRow[],
  rule: StopRule,
  epochs: number,
): number | undefined {
  const newest = series.at(-1);
  if (newest === undefined || newest.epoch >= epochs - 1) return undefined;
  const back = newest.epoch - epochsBack(rule);
  if (back < Math.max(0, rule.stopStart)) return undefined;
  const averages = localAverages(series.map(({ value }) => value), rule.stopWindow);
  return averages.at(-1)! / averages.at(-1 - rule.stopDelta)! > rule.stopFactor ? back : undefined;
}
