/** Methods that search several times in a row, each time in a smaller space and a deeper supernet (P-DARTS). */
import type { MethodSettings, Staged } from "../../src/methods/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { Space } from "../../src/spaces/space.ts";
import { searchGraphs, searchLoop } from "../algorithm/search.ts";
import { within } from "../run/hooks.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { type Found, foundBy, type StrategyRules } from "./rules.ts";

type Strategy = Staged<MethodSettings>;

/** A search stage (from 0) of a problem as a problem of its own, on the space that those before it left. */
function stageProblem(
  problem: SearchProblem,
  { stages }: Strategy,
  searchStage: number,
  space: Space,
): SearchProblem {
  const { method } = problem;
  const { settings } = stages(problem.config, problem.config)[searchStage]!;
  const config = { ...problem.config, ...settings };
  const net = supernet(space, { ...problem.net.size, layers: settings.layers }, method.variant(config));
  return { ...problem, config, net, layout: net.alphas, searchStage };
}

/** Weights and alphas start anew in each search stage; epochs are counted on. */
export const staged: StrategyRules<Strategy> = {
  followsGradient: true,
  supernet(problem, strategy) {
    const first = stageProblem(problem, strategy, 0, problem.net.space);
    const note = "that is the first stage's; the later ones have more cells and fewer operations";
    return { problem: first, graphs: searchGraphs(first), note };
  },
  noSupernet: "whose last supernet is of a space that its stages made smaller; give a run of another method.",
  async find(runner, problem, strategy, hooks, onEpoch) {
    const { config, net: { space: whole } } = problem;
    const stages = strategy.stages(config, config);
    const operations = whole.matrices[0]!.rows[0]!.choices.length;
    let space = whole;
    let before = 0;
    let found: Found | undefined;
    for (const [index, stage] of stages.entries()) {
      const own = stageProblem(problem, strategy, index, space);
      const kept = stage.operations(operations);
      hooks.note(
        `Stage ${index + 1} of ${stages.length}: ${own.config.layers} cells, ${kept} operations an edge`,
      );
      const part = { index, column: "search_stage" } as const;
      const result = await searchLoop(
        runner,
        own,
        within(hooks, `stage ${index + 1}`),
        (epoch) => onEpoch({ ...epoch, epoch: epoch.epoch + before }, part),
      );
      const { weights } = result.found;
      found = await foundBy(runner, own, result);
      before += own.config.epochs;
      const next = stages[index + 1];
      if (next) {
        const smaller = strategy.shrink(space, weights, next.operations(operations));
        space = { ...smaller, name: `${whole.name} in stage ${index + 2}` };
      } else found = { ...found, files: strategy.files(own.config, weights, space) };
    }
    return { ...found!, shown: stages.map((_, index) => index) };
  },
};
