/** Methods of one search whose alphas follow a gradient. */
import type { Gradient, MethodSettings } from "../../src/methods/mod.ts";
import { searchGraphs, searchLoop } from "../algorithm/search.ts";
import { foundBy, type StrategyRules } from "./rules.ts";

export const gradient: StrategyRules<Gradient<MethodSettings>> = {
  followsGradient: true,
  supernet: (problem) => ({ problem, graphs: searchGraphs(problem) }),
  async find(runner, problem, _, hooks, onEpoch) {
    return await foundBy(
      runner,
      problem,
      await searchLoop(runner, problem, hooks, (epoch) => onEpoch(epoch, { index: 0 })),
    );
  },
};
