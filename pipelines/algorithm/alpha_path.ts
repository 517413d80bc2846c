/** The α-distance of every epoch, computed when the search has ended. */
import type { RunDirectory } from "../../src/io/run_directory.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import { alphaDistance } from "../../src/search/alpha_distance.ts";

/** A row of `metrics.jsonl` and the raw alphas at the end of its epoch. */
export interface LoggedEpoch {
  /** Which of the run's searches. */
  readonly search: number;
  readonly row: MetricRow;
  readonly alphas: AlphaRows;
}

/**
 * Writes `metrics.jsonl` once more, each epoch with its distance from the last alphas of its search. Returns the
 * rows that took the place of the old ones.
 */
export function writeAlphaDistances(
  directory: RunDirectory,
  epochs: readonly LoggedEpoch[],
): Map<MetricRow, MetricRow> {
  const rows = new Map(epochs.map(({ search, row, alphas }) => {
    const end = epochs.findLast((epoch) => epoch.search === search)!.alphas;
    const { raw, softmax } = alphaDistance(alphas, end);
    return [row, { ...row, alpha_distance: raw, alpha_distance_softmax: softmax }];
  }));
  directory.replaceRows("metrics.jsonl", [...rows.values()]);
  return rows;
}
