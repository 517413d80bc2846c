/** Looks at the alphas: what they say and how far the cells agree on them, after an epoch and on the way. */
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { SearchState } from "../../src/search/state.ts";
import { alignmentStage } from "../stages/alignment.ts";
import { discretize } from "../stages/discretize.ts";
import type { Discretized, Seen } from "../stages/epoch.ts";
import type { Numbers, SearchProblem } from "../stages/problem.ts";
import type { HostBatch } from "../stages/stage.ts";

/** Where the alphas are looked at. */
export interface LookedAt {
  readonly state: SearchState;
  readonly numbers: Numbers;
  /** The last search batch. */
  readonly batch: HostBatch;
}

/** The graphs of a look, by stage; none where no cell type has two cells that could agree. */
export function lookGraphs(problem: SearchProblem): Record<string, Record<string, Node>> {
  const alignment = alignmentStage(problem);
  return alignment ? { alignment: alignment.graph() } : {};
}

/**
 * What looks at the alphas of a search.
 *
 * @param programs of {@link lookGraphs}
 */
export function looker(
  runner: Runner,
  problem: SearchProblem,
  programs: Readonly<Record<string, Program>>,
): (at: LookedAt) => Promise<Discretized> {
  const align = alignmentStage(problem)?.on(programs["alignment"]!);
  return async ({ state, numbers, batch }) => {
    const found = { ...await discretize(runner, state, problem), step: state.step };
    if (!align) return found;
    const measured = Object.entries(align({ state, numbers, batch }));
    const values = await runner.tensors.read(measured.map(([, tensor]) => tensor));
    runner.tensors.release(...measured.map(([, tensor]) => tensor));
    return { ...found, alignment: Object.fromEntries(measured.map(([type], i) => [type, values[i]![0]!])) };
  };
}

/** Whether the alphas are looked at after so many weight steps. */
export const isLook = ({ config: { logEvery } }: SearchProblem, step: number): boolean =>
  logEvery > 0 && step % logEvery === 0;

/** The looks of an epoch with that at its end, which may have been taken already. */
export const looksWith = (looks: readonly Seen[], end: Discretized): readonly Seen[] =>
  looks.at(-1)?.step === end.step ? looks : [...looks, lookOf(end)];

/** A look within an epoch: without the alphas themselves. */
export const lookOf = ({ alphas: _raw, weights: _relaxed, ...seen }: Discretized): Seen => seen;
