/** From alphas to a cell, and what the log says of the alphas on the way. */
import { divergedError } from "../../src/errors.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { type AlphaRows, rowsOf } from "../../src/network/alphas.ts";
import { discretize as discretizeRows } from "../../src/network/discretize.ts";
import { type Genotype, skipCount } from "../../src/network/genotype.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { SearchProblem } from "./problem.ts";

export interface Discretized {
  /** Raw alphas, by matrix. */
  readonly alphas: AlphaRows;
  /** What they stand for. */
  readonly weights: AlphaRows;
  readonly genotype: Genotype;
  /** Skip connections among the operations of all cells. */
  readonly skips: number;
  /** Mean entropy of the relaxed rows, in nats. */
  readonly entropy: number;
}

/** Reads the alphas back, relaxes them (before any ranking) and applies the rule of the method or of the space. */
export async function discretize(
  runner: Runner,
  { alphas }: SearchState,
  { config, layout, method, net: { space } }: SearchProblem,
): Promise<Discretized> {
  const [flat] = await runner.tensors.read([alphas]);
  if (!flat!.every(Number.isFinite)) {
    throw divergedError("An architecture parameter is no number any more; lower --arch-lr or --lr.");
  }
  const raw = rowsOf(flat!, layout);
  const weights = Object.fromEntries(
    Object.entries(raw).map(([name, rows]) => [name, rows.map((row) => method.relaxRow(row))]),
  );
  const genotype = method.discretize?.(config, weights, space) ?? discretizeRows(weights, space);
  const rows = Object.values(weights).flat();
  return {
    alphas: raw,
    weights,
    genotype,
    skips: skipCount(genotype),
    entropy: rows.reduce((sum, row) => sum + entropy(row), 0) / rows.length,
  };
}

/** In nats; of the row's shares where it does not sum to one. */
function entropy(row: readonly number[]): number {
  const total = row.reduce((sum, weight) => sum + weight, 0);
  return row.reduce((sum, weight) => sum - (weight > 0 ? (weight / total) * Math.log(weight / total) : 0), 0);
}
