/** Methods that search several times in a row, each time in a smaller space and a deeper supernet (P-DARTS). */
import type { Runner } from "../../src/gpu/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { Space } from "../../src/spaces/space.ts";
import type { SearchEpoch } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { type Hooks, within } from "../run/hooks.ts";
import { searchLoop, type SearchResult } from "../algorithm/search.ts";

/** What the last stage ended with, and the supernet's space. */
export interface StagedSearch extends SearchResult {
  readonly problem: SearchProblem;
}

/** A stage (from 0) of a problem as a problem of its own, on the space that the stages before left. */
export function stageProblem(problem: SearchProblem, stage: number, space: Space): SearchProblem {
  const { method } = problem;
  const { settings } = method.stages!(problem.config, problem.config)[stage]!;
  const config = { ...problem.config, ...settings };
  const net = supernet(space, { ...problem.net.size, layers: settings.layers }, method.variant(config));
  return { ...problem, config, net, layout: net.alphas, stage };
}

/** Runs the stages. Weights and alphas start anew in each; epochs are counted on. */
export async function stagedSearch(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: (epoch: SearchEpoch, stage: number) => void,
): Promise<StagedSearch> {
  const { method, config, net: { space: whole } } = problem;
  const stages = method.stages!(config, config);
  const operations = whole.matrices[0]!.rows[0]!.choices.length;
  let space = whole;
  let ended: StagedSearch | undefined;
  let before = 0;
  for (const [index, stage] of stages.entries()) {
    const kept = stage.operations(operations);
    if (ended) {
      const smaller = method.shrink!(space, ended.found.weights, kept);
      space = { ...smaller, name: `${whole.name} in stage ${index + 1}` };
    }
    const own = stageProblem(problem, index, space);
    hooks.note(
      `Stage ${index + 1} of ${stages.length}: ${own.config.layers} cells, ${kept} operations an edge`,
    );
    const result = await searchLoop(
      runner,
      own,
      within(hooks, `stage ${index + 1}`),
      (epoch) => onEpoch({ ...epoch, epoch: epoch.epoch + before }, index),
    );
    ended = { ...result, problem: own };
    before += own.config.epochs;
  }
  return ended!;
}
