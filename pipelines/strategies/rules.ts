/** What each strategy must define: a row of the table in `mod.ts`. */
import { type Graph, type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { Method, MethodSettings, Strategy as StrategyOf } from "../../src/methods/mod.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { Supernet } from "../../src/network/supernet.ts";
import { readSupernet } from "../../src/search/supernet_file.ts";
import type { SearchState, SupernetVectors } from "../../src/search/state.ts";
import { setting } from "../../src/setting.ts";
import type { OnEpoch } from "../algorithm/record.ts";
import type { SearchResult } from "../algorithm/search.ts";
import type { Hooks } from "../run/hooks.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";

export type Strategy = StrategyOf<MethodSettings>;

/** The control flow of a kind of strategy. */
export interface StrategyRules<S> {
  /** Finds the cell. */
  find(runner: Runner, problem: SearchProblem, strategy: S, hooks: Hooks, onEpoch: OnEpoch): Promise<Found>;
  /** The supernet that it begins with, and the graphs of its steps; undefined where it has none. */
  supernet(problem: SearchProblem, strategy: S): FirstSupernet | undefined;
  /** Whether the alphas follow a gradient. */
  readonly followsGradient: boolean;
  /** Why the supernet that it ends with is none of the run's space, for `landscape`; absent where it is one. */
  readonly noSupernet?: string;
  /** The short training of each found cell, all but its network; undefined where there is none. */
  retraining?(problem: SearchProblem): Omit<TrainingProblem, "net"> | undefined;
}

/** The same with the strategy put in. */
export interface Rules extends Omit<StrategyRules<never>, "find" | "supernet"> {
  find(runner: Runner, problem: SearchProblem, hooks: Hooks, onEpoch: OnEpoch): Promise<Found>;
  supernet(problem: SearchProblem): FirstSupernet | undefined;
}

export interface FirstSupernet {
  readonly problem: SearchProblem;
  readonly graphs: Readonly<Record<string, Graph>>;
  /** A sentence on what comes after it. */
  readonly note?: string;
}

/** What was found, and what a run writes of the way there. */
export interface FoundCell {
  /** The cell, or the cells of a space that has two. */
  readonly genotype: Genotype;
  /** The supernet that the search ended with; absent where there was none. */
  readonly supernet?: { readonly net: Supernet; readonly vectors: SupernetVectors };
  /** The searches whose epochs the report shows. */
  readonly shown: readonly number[];
  /** One sentence each: what a reader should know. */
  readonly notes: readonly string[];
  /** Further JSON files by name. */
  readonly files: Readonly<Record<string, unknown>>;
}

/** With what the method says to a cell without an edge, by its name. */
export type Found = FoundCell & { readonly emptied?: (cell: string) => string | undefined };

/** What one search has found. */
export async function foundBy(
  runner: Runner,
  { config, method, net }: SearchProblem,
  { found, notes, state }: SearchResult,
): Promise<Found> {
  return {
    genotype: found.genotype,
    supernet: { net, vectors: await offDevice(runner, state) },
    shown: [0],
    notes,
    files: {},
    emptied: (cell) => method.emptied?.(config, found.weights[cell]!),
  };
}

/** The supernet of a state, whose tensors are released. */
export async function offDevice(runner: Runner, state: SearchState): Promise<SupernetVectors> {
  const vectors = await readSupernet(runner, state);
  runner.tensors.release(...tensorsOf(state));
  return vectors;
}

/** What may help where a cell has collapsed. */
export const remedies = (
  { epsilon }: Method,
  { followsGradient }: Pick<Rules, "followsGradient">,
): string => {
  if (!followsGradient) return "Another seed";
  return epsilon === undefined
    ? "Another seed or fewer epochs"
    : `Another seed, fewer epochs or a larger ${setting("epsilon")}`;
};
