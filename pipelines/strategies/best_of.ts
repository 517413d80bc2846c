/** Methods that search several times and keep the best cell (R-DARTS). */
import { inSearch, trainingOf } from "../../src/config/schema.ts";
import { usageError } from "../../src/errors.ts";
import { type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { BestOf, SearchChanges } from "../../src/methods/mod.ts";
import { type Genotype, genotypeText } from "../../src/network/genotype.ts";
import { setting } from "../../src/setting.ts";
import { searchSplit } from "../algorithm/batches.ts";
import { searchGraphs, searchLoop } from "../algorithm/search.ts";
import { type Hooks, within } from "../run/hooks.ts";
import { scored } from "../stages/epoch.ts";
import type { Scored } from "../stages/measures.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import { networkOf } from "../training/network.ts";
import { trainLoop } from "../training/train.ts";
import { type Found, foundBy, type StrategyRules } from "./rules.ts";

/** One of several searches, as a row of `searches.json`. */
export interface SearchRow {
  /** What this search has of its own. */
  readonly settings: SearchChanges & { readonly seed: number };
  readonly genotype: string;
  /** Of the supernet at the epoch the cell is from, on the validation images. */
  readonly supernet_accuracy: number | null;
  /** Of the cell's own network after its short training, on the same images; null where there was none. */
  readonly retrained_accuracy: number | null;
}

/**
 * The searches of a problem: each of the strategy's settings with each of its seeds, which no run of another seed has:
 * such runs are to be independent of each other.
 */
export function searchesOf(
  problem: SearchProblem,
  { searches }: BestOf,
): { problem: SearchProblem; changes: SearchChanges }[] {
  const { config } = problem;
  const first = config.seed * config.searchSeeds;
  if (first + config.searchSeeds > 2 ** 32) {
    throw usageError(
      `The searches of ${setting("seed")} ${config.seed} have ${
        setting("searchSeeds")
      } ${config.searchSeeds} seeds from ${first} on, which passes the largest, ${2 ** 32 - 1}; lower ${
        setting("seed")
      }.`,
    );
  }
  return searches(config).flatMap((changes) =>
    Array.from({ length: config.searchSeeds }, (_, i) => ({
      problem: { ...problem, config: { ...config, ...changes, seed: first + i } },
      changes,
    }))
  );
}

/**
 * Runs the searches one after the other. The best is the one whose cell, trained for `selectEpochs` epochs on the
 * half that trained the supernet's weights, is the most accurate on the validation images; the first of equals.
 */
export const bestOf: StrategyRules<BestOf> = {
  followsGradient: true,
  supernet: (problem) => ({ problem, graphs: searchGraphs(problem) }),
  retraining,
  async find(runner, problem, strategy, hooks, onEpoch) {
    const searches = searchesOf(problem, strategy);
    const rows: SearchRow[] = [];
    let best: { found: Found; index: number; accuracy: number } | undefined;
    for (const [index, { problem: own, changes }] of searches.entries()) {
      const settings = { ...changes, seed: own.config.seed };
      const words = Object.entries(settings).map((pair) => pair.join(" ")).join(", ");
      hooks.note(`Search ${index + 1} of ${searches.length}: ${words}`);
      const inner = within(hooks, `search ${index + 1}`);
      const result = await searchLoop(
        runner,
        own,
        inner,
        (epoch) => onEpoch(epoch, { index, column: "search" }),
      );
      const found = await foundBy(runner, own, result);
      const retrained = await retrain(runner, own, found.genotype, inner);
      const supernet = result.found.valid?.accuracy;
      rows.push({
        settings,
        genotype: genotypeText(found.genotype),
        supernet_accuracy: supernet ?? null,
        retrained_accuracy: retrained?.accuracy ?? null,
      });
      const accuracy = retrained?.accuracy ?? supernet ?? 0;
      if (best === undefined || accuracy > best.accuracy) best = { found, index, accuracy };
    }
    const { found, index } = best!;
    const note = bestNote(index, rows);
    hooks.note(note);
    return {
      ...found,
      shown: [index],
      notes: [...found.notes, note],
      files: { "searches.json": { chosen: index, searches: rows } },
    };
  },
};

/**
 * The short training of a found cell, all but its network, on what has trained the supernet; undefined without one.
 */
function retraining(problem: SearchProblem): Omit<TrainingProblem, "net"> | undefined {
  const { config } = problem;
  if (config.selectEpochs === 0) return undefined;
  const { halves, validation } = searchSplit(problem);
  return {
    config: {
      ...trainingOf(config),
      epochs: config.selectEpochs,
      batch: Math.min(config.evalBatch, halves.weights.count),
      holdout: 0,
    },
    data: { ...problem.data, train: halves.weights, test: validation },
  };
}

/**
 * Loss and accuracy of a found cell's network after a short training that saw none of the validation images;
 * undefined where there is none.
 */
async function retrain(
  runner: Runner,
  problem: SearchProblem,
  genotype: Genotype,
  hooks: Hooks,
): Promise<Scored | undefined> {
  const training = retraining(problem);
  if (training === undefined) return undefined;
  const part = hooks.parts?.part("retrained", scored);
  if (part?.saved) return part.saved;
  const { state, test } = await inSearch(() => {
    const net = networkOf(genotype, training.config, training.data);
    return trainLoop(runner, { ...training, net }, problem.config.seed, hooks, () => {});
  });
  runner.tensors.release(...tensorsOf(state));
  part?.save(test);
  return test;
}

/** Which of several searches the report shows. */
export function bestNote(index: number, rows: readonly SearchRow[]): string {
  const { retrained_accuracy: retrained, supernet_accuracy: supernet } = rows[index]!;
  const accuracy = (100 * (retrained ?? supernet ?? 0)).toFixed(1);
  const how = retrained === null ? "its supernet" : "its cell after a short training";
  return `This is search ${
    index + 1
  } of ${rows.length}, the best by the validation images: ${how} has ${accuracy} %. ` +
    "All are in searches.json.";
}
