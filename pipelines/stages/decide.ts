/** What a method decides about the cell at the end of an epoch, before the search ends. */
import type { Runner } from "../../src/gpu/mod.ts";
import type { SearchState } from "../../src/search/state.ts";
import { readAlphas, relaxed } from "./discretize.ts";
import type { SearchProblem } from "./problem.ts";

/** The state with what the method decides at the end of `epoch`; the same where it decides nothing. */
export async function decide(
  runner: Runner,
  state: SearchState,
  problem: SearchProblem,
  epoch: number,
): Promise<SearchState> {
  const { method, config, net: { space } } = problem;
  if (method.decide === undefined) return state;
  const relaxedRows = [...state.relaxedRows, relaxed(problem, await readAlphas(runner, state, problem))];
  const decisions = method.decide(config, {
    decisions: state.decisions,
    history: relaxedRows,
    space,
    epoch,
    epochs: config.epochs,
  });
  return { ...state, decisions, relaxedRows };
}
