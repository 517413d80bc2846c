/** Methods that search several times in a row, each time over fewer operations (P-DARTS, DrNAS). */
import type { MethodSettings, NextStage, Staged } from "../../src/methods/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { SearchState } from "../../src/search/state.ts";
import { searchGraphs, searchLoop } from "../algorithm/search.ts";
import { type HostState, toDevice, toHost } from "../checkpoint/host_state.ts";
import { within } from "../run/hooks.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { carried } from "./carry.ts";
import { nextStage } from "./next_stage.ts";
import { type Found, foundBy, type StrategyRules } from "./rules.ts";

type Strategy = Staged<MethodSettings>;

/** A search stage (from 0) of a problem as a problem of its own, on what those before it left. */
function stageProblem(
  problem: SearchProblem,
  { stages, oneFall }: Strategy,
  searchStage: number,
  begin: NextStage,
): SearchProblem {
  const { method, net: { size, space: whole } } = problem;
  const all = stages(problem.config, problem.config).map(({ settings }) => settings);
  const config = { ...problem.config, ...all[searchStage]! };
  const space = begin.kind === "anew" ? begin.space : whole;
  const variant = { ...method.variant(config), ...begin.kind === "on" && { kept: begin.kept } };
  const net = supernet(space, { ...size, layers: config.layers }, variant);
  const before = all.slice(0, searchStage).reduce((sum, { epochs }) => sum + epochs, 0);
  return {
    ...problem,
    ...{ config, net, layout: net.alphas, searchStage },
    ...oneFall && { within: { before, epochs: all.reduce((sum, { epochs }) => sum + epochs, 0) } },
  };
}

/** Epochs are counted on over all stages. */
export const staged: StrategyRules<Strategy> = {
  followsGradient: true,
  supernet(problem, strategy) {
    const first = stageProblem(problem, strategy, 0, { kind: "anew", space: problem.net.space });
    const note = `that is the first stage's; the later ones have ${strategy.later}`;
    return { problem: first, graphs: searchGraphs(first), note };
  },
  noSupernet:
    "whose last supernet lacks the operations that its stages dropped; give a run of another method.",
  async find(runner, problem, strategy, hooks, onEpoch) {
    const { config, net: { space: whole } } = problem;
    const stages = strategy.stages(config, config);
    const operations = whole.matrices[0]!.rows[0]!.choices.length;
    let begin: NextStage = { kind: "anew", space: whole };
    let before: { readonly state: HostState<SearchState>; readonly problem: SearchProblem } | undefined;
    let epochs = 0;
    let found: Found | undefined;
    for (const [index, stage] of stages.entries()) {
      const own = stageProblem(problem, strategy, index, begin);
      hooks.note(
        `Stage ${index + 1} of ${stages.length}: ${own.config.layers} cells, ${
          stage.operations(operations)
        } operations an edge`,
      );
      const part = { index, column: "search_stage" } as const;
      const last = before;
      const result = await searchLoop(
        runner,
        own,
        within(hooks, `stage ${index + 1}`),
        (epoch) => onEpoch({ ...epoch, epoch: epoch.epoch + epochs }, part),
        begin.kind === "on" ? () => toDevice(runner, carried(last!.state, last!.problem, own)) : undefined,
      );
      epochs += own.config.epochs;
      const next = stages[index + 1];
      if (next) before = { state: await toHost(runner, result.state), problem: own };
      found = await foundBy(runner, own, result);
      const { space } = own.net;
      if (next) {
        begin = nextStage(strategy, { ...result.found, index, space, whole }, next.operations(operations));
      } else found = { ...found, files: strategy.files(own.config, result.found.weights, space) };
    }
    return { ...found!, shown: stages.map((_, index) => index) };
  },
};
