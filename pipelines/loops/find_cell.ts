/** From a problem to a cell, in whatever way its method finds one. */
import type { Runner } from "../../src/gpu/mod.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { Supernet } from "../../src/network/supernet.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import type { SupernetVectors } from "../../src/search/supernet_file.ts";
import type { AnySearchEpoch } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { Hooks } from "./hooks.ts";
import { randomSearch } from "./random_search.ts";
import { searchLoop, type SearchResult } from "./search_loop.ts";
import { bestNote, bestSearch } from "./several.ts";
import { stagedSearch } from "./staged.ts";

/** Which part of a run an epoch belongs to, where a method goes through several. */
export interface Part {
  /** From 0. */
  readonly index: number;
  /** The column that tells parts apart in the log: `search` for searches of their own; absent where one is all. */
  readonly column?: "search" | "search_stage";
}

export type OnEpoch = (epoch: AnySearchEpoch, part: Part) => void;

/** What was found, and what a run writes of the way there. */
export interface FoundCell {
  readonly genotype: Genotype;
  /** The supernet that the search ended with; absent where there was none. */
  readonly supernet?: { readonly net: Supernet; readonly vectors: SupernetVectors };
  /** The parts whose epochs the report shows. */
  readonly shown: readonly number[];
  /** One sentence each: what a reader should know. */
  readonly notes: readonly string[];
  /** Further JSON files by name. */
  readonly files: Readonly<Record<string, unknown>>;
}

export async function findCell(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: OnEpoch,
): Promise<FoundCell> {
  const { config, method, net } = problem;
  if (method.draw) {
    const genotype = method.draw(net.space, fold(keyFromSeed(config.seed), "draw"));
    return { genotype, shown: [], notes: [], files: {} };
  }
  if (method.judging) {
    const { genotype, supernet, candidates } = await randomSearch(
      runner,
      problem,
      hooks,
      (epoch) => onEpoch(epoch, { index: 0 }),
    );
    const files = { "candidates.json": candidates };
    return { genotype, supernet: { net, vectors: supernet }, shown: [0], notes: [], files };
  }
  if (method.stages) {
    const ended = await stagedSearch(
      runner,
      problem,
      hooks,
      (epoch, index) => onEpoch(epoch, { index, column: "search_stage" }),
    );
    return {
      ...searched(ended.problem, ended),
      shown: method.stages(config, config).map((_, index) => index),
    };
  }
  if (method.searches === undefined) {
    return searched(
      problem,
      await searchLoop(runner, problem, hooks, (epoch) => onEpoch(epoch, { index: 0 })),
    );
  }
  const { index, rows, ...best } = await bestSearch(
    runner,
    problem,
    hooks,
    (epoch, index) => onEpoch(epoch, { index, column: "search" }),
  );
  const found = searched(problem, best);
  return {
    ...found,
    shown: [index],
    notes: [...found.notes, bestNote(index, rows)],
    files: { ...found.files, "searches.json": { chosen: index, searches: rows } },
  };
}

const searched = (
  { config, method, net }: SearchProblem,
  { found, supernet, turns }: SearchResult,
): FoundCell => ({
  genotype: found.genotype,
  supernet: { net, vectors: supernet },
  shown: [0],
  notes: turns,
  files: method.files?.(config, found.weights, net.space) ?? {},
});
