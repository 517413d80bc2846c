/** The eigenvalues that a method's rule looks at, and the states that it may go back to. Pure except for transfers. */
import { z } from "zod";
import type { Runner } from "../../src/gpu/mod.ts";
import { epochsBack } from "../../src/methods/eigenvalue_stop.ts";
import type { EigenvalueRow, Gradient, MethodSettings } from "../../src/methods/mod.ts";
import type { SearchState } from "../../src/search/state.ts";
import { type HostState, toDevice, toHost } from "../checkpoint/host_state.ts";
import { searchStateSchema } from "../checkpoint/state_schemas.ts";
import { count } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";

/** What was seen so far. */
export interface Watched {
  readonly series: readonly EigenvalueRow[];
  /** The states at the ends of the latest epochs that have an eigenvalue. */
  readonly snapshots: readonly { readonly epoch: number; readonly state: HostState<SearchState> }[];
}

export const watchedSchema = (problem: SearchProblem): z.ZodType<Watched> =>
  z.strictObject({
    series: z.array(z.strictObject({ epoch: count, value: z.number() })),
    snapshots: z.array(z.strictObject({ epoch: count, state: searchStateSchema(problem) })),
  });

/** The rule of a method; undefined where it has none. */
export const watchOf = ({ method: { strategy } }: SearchProblem): Gradient<MethodSettings>["watch"] =>
  strategy.kind === "gradient" ? strategy.watch : undefined;

/** Whether the method looks at the dominant eigenvalue at the end of an epoch. */
export const isWatched = (problem: SearchProblem, epoch: number): boolean => {
  const { epochs, stopEvery } = problem.config;
  return watchOf(problem) !== undefined && (epoch % stopEvery === 0 || epoch === epochs - 1);
};

/** What was seen, with the eigenvalue of an epoch that ended in `state`. */
export async function withEigenvalue(
  { series, snapshots }: Watched,
  row: EigenvalueRow,
  { runner, problem, state }: {
    readonly runner: Runner;
    readonly problem: SearchProblem;
    readonly state: SearchState;
  },
): Promise<Watched> {
  const oldest = row.epoch - epochsBack(problem.config);
  return {
    series: [...series, row],
    snapshots: [
      ...snapshots.filter(({ epoch }) => epoch >= oldest),
      { epoch: row.epoch, state: await toHost(runner, state) },
    ],
  };
}

/** The state at the end of an epoch that has an eigenvalue, and what was seen up to there. */
export function rolledBack(
  { series, snapshots }: Watched,
  epoch: number,
  runner: Runner,
): { watch: Watched; state: SearchState } {
  const upTo = (row: { readonly epoch: number }) => row.epoch <= epoch;
  const watch = { series: series.filter(upTo), snapshots: snapshots.filter(upTo) };
  return { watch, state: toDevice(runner, snapshots.find((snapshot) => snapshot.epoch === epoch)!.state) };
}
