/** From alphas to a cell, and what the log says of the alphas on the way. */
import { divergedError } from "../../src/errors.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { type AlphaRows, rowsOf } from "../../src/network/alphas.ts";
import { discretize as discretizeRows } from "../../src/network/discretize.ts";
import { keptRows } from "../../src/network/kept.ts";
import { skipCount } from "../../src/network/genotype.ts";
import { alphaMeasures } from "../../src/search/alpha_measures.ts";
import { decidedRows } from "../../src/search/decisions.ts";
import type { SearchState } from "../../src/search/state.ts";
import { searchAdvice } from "./advice.ts";
import type { Discretized } from "./epoch.ts";
import type { SearchProblem } from "./problem.ts";

/** Reads the raw alphas back. Throws a divergence error (exit 5) where one is not finite. */
export async function readAlphas(
  runner: Runner,
  { alphas }: SearchState,
  problem: SearchProblem,
): Promise<AlphaRows> {
  const [flat] = await runner.tensors.read([alphas]);
  if (!flat!.every(Number.isFinite)) {
    throw divergedError(`An architecture parameter became NaN or infinite; ${searchAdvice(problem).alphas}.`);
  }
  return rowsOf(flat!, problem.layout);
}

/** What raw alphas stand for, by the method; operations that are dropped have no weight. */
export function relaxed({ method, net: { variant: { kept } } }: SearchProblem, raw: AlphaRows): AlphaRows {
  const whole = Object.fromEntries(
    Object.entries(raw).map(([name, rows]) => [name, rows.map((row) => method.relaxation.row(row))]),
  );
  return kept ? keptRows(whole, kept) : whole;
}

/**
 * Reads the alphas back, relaxes them (before any ranking), puts the decisions in their places, and applies the rule
 * of the method or of the space.
 */
export async function discretize(
  runner: Runner,
  state: SearchState,
  problem: SearchProblem,
): Promise<Discretized> {
  const { config, method, lookup, net: { space } } = problem;
  const raw = await readAlphas(runner, state, problem);
  const weights = decidedRows(relaxed(problem, raw), state.decisions);
  const genotype = method.discretize?.(config, weights, space) ?? discretizeRows(weights, space);
  return {
    alphas: raw,
    weights,
    genotype,
    skips: skipCount(genotype),
    // Of operations only: the weights of edges that pc-darts has are no choice among these.
    ...alphaMeasures(weights, space.matrices),
    judgement: lookup?.(genotype),
  };
}
