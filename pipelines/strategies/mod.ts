/** From a problem to a cell, by the strategy of the method. */
import type { Runner } from "../../src/gpu/mod.ts";
import type { Method } from "../../src/methods/mod.ts";
import { collapseNote, emptyCellNotes } from "../../src/report/mod.ts";
import type { OnEpoch } from "../algorithm/record.ts";
import type { Hooks } from "../run/hooks.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { bestOf } from "./best_of.ts";
import { drawn } from "./drawn.ts";
import { gradient } from "./gradient.ts";
import { selection } from "./selection.ts";
import { pruned } from "./pruned.ts";
import { type FoundCell, remedies, type Rules, type Strategy, type StrategyRules } from "./rules.ts";
import { staged } from "./staged.ts";
import { weightSharing } from "./weight_sharing.ts";

/** A new kind of strategy is a file and a line here. */
const strategies: { readonly [S in Strategy as S["kind"]]: StrategyRules<S> } = {
  "drawn": drawn,
  "gradient": gradient,
  "staged": staged,
  "best of": bestOf,
  "selection": selection,
  "weight sharing": weightSharing,
  "pruned": pruned,
};

/** The rules of a method's strategy, with that strategy. */
export function rulesOf({ strategy }: Method): Rules {
  const rules: StrategyRules<Strategy> = strategies[strategy.kind];
  return {
    ...rules,
    supernet: (problem) => rules.supernet(problem, strategy),
    find: (runner, problem, hooks, onEpoch) => rules.find(runner, problem, strategy, hooks, onEpoch),
  };
}

/** Finds the cell, with notes where it is empty or has collapsed. */
export async function findCell(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: OnEpoch,
): Promise<FoundCell> {
  const { method } = problem;
  const rules = rulesOf(method);
  const { emptied, ...found } = await rules.find(runner, problem, hooks, onEpoch);
  const notes = [
    ...emptyCellNotes(found.genotype, emptied),
    collapseNote(found.genotype, remedies(method, rules)),
  ].filter((note) => note !== undefined);
  notes.forEach(hooks.note);
  return { ...found, notes: [...found.notes, ...notes] };
}
