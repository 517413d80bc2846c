/** From a problem to a cell, in whatever way its method finds one. */
import type { Runner } from "../../src/gpu/mod.ts";
import type { Method } from "../../src/methods/mod.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { Supernet } from "../../src/network/supernet.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import { collapseNote, emptyCellNotes } from "../../src/report/mod.ts";
import type { SupernetVectors } from "../../src/search/supernet_file.ts";
import type { AnySearchEpoch } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { Hooks } from "../run/hooks.ts";
import { randomSearch } from "./weight_sharing.ts";
import { searchLoop, type SearchResult } from "../algorithm/search.ts";
import { bestNote, bestSearch } from "./best_of.ts";
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

/** Finds the cell, and says what there is to say of it. */
export async function findCell(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: OnEpoch,
): Promise<FoundCell> {
  const { emptied, ...found } = await find(runner, problem, hooks, onEpoch);
  const notes = [
    ...emptyCellNotes(found.genotype, emptied),
    collapseNote(found.genotype, remedies(problem.method)),
  ].filter((note) => note !== undefined);
  notes.forEach(hooks.note);
  return { ...found, notes: [...found.notes, ...notes] };
}

/** What may help where a cell has collapsed. */
const remedies = ({ draw, judging, epsilon }: Method): string => {
  if (draw || judging) return "Another seed";
  return epsilon === undefined
    ? "Another seed or fewer epochs"
    : "Another seed, fewer epochs or a larger --epsilon";
};

/** With what the method says to a cell without an edge, by its name. */
type Found = FoundCell & { readonly emptied?: (cell: string) => string | undefined };

async function find(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: OnEpoch,
): Promise<Found> {
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
  const note = bestNote(index, rows);
  hooks.note(note);
  return {
    ...found,
    shown: [index],
    notes: [...found.notes, note],
    files: { ...found.files, "searches.json": { chosen: index, searches: rows } },
  };
}

const searched = (
  { config, method, net }: SearchProblem,
  { found, supernet, turns }: SearchResult,
): Found => ({
  genotype: found.genotype,
  supernet: { net, vectors: supernet },
  shown: [0],
  notes: turns,
  files: method.files?.(config, found.weights, net.space) ?? {},
  emptied: (cell) => method.emptied?.(config, found.weights[cell]!),
});
