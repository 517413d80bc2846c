/** What a cell reaches without a search: the values that a search is to be held against. */

import { rounded, standing } from "./standing.ts";

/** Something that needs no search, as a table judges it. Accuracies in percent on the data set that ranks. */
export interface Baseline {
  /** `all 3×3`, `a random cell` and the like: as it stands in a sentence. */
  readonly name: string;
  /** What it is. */
  readonly words: string;
  /** The test accuracy; of something drawn at random its expected value. */
  readonly accuracy: number;
  /** The standard deviation of what is drawn at random. */
  readonly std?: number;
  /** Of a single cell; 1 is the best. */
  readonly rank?: number;
  /** Percentage points from the best of the table; of something drawn at random the expected one. */
  readonly regret: number;
  /** Of a random search: the cells that it trains. */
  readonly draws?: number;
}

/** The baselines of a table. */
export interface Baselines {
  /** `nasbench201`, `nasbench101`. */
  readonly table: string;
  /** The data set that ranks. */
  readonly dataset: string;
  /** Cells that are ranked. */
  readonly of: number;
  /** Single cells first, the best last. */
  readonly rows: readonly Baseline[];
  /** What the random search was given, in multiply-adds of passes forward; absent where there is none. */
  readonly cost?: number;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/** Mean and standard deviation of a random value. */
export interface Expected {
  /** The expected value. */
  readonly mean: number;
  /** The standard deviation. */
  readonly std: number;
}

/**
 * A random search, exactly: of `draws` cells drawn with equal chances, each anew from all, the one with the highest
 * score is kept, and any of those with the same score with equal chances.
 *
 * The i-th lowest of n different scores is the highest of k draws with the probability (i/n)^k − ((i−1)/n)^k.
 *
 * @param scores what is compared, one a cell; only their order matters
 * @param values what the kept cell is worth, one a cell
 * @param draws how many cells are drawn, at least 1; a fraction lies between its neighbours
 */
export function bestOfRandom(
  scores: ArrayLike<number>,
  values: ArrayLike<number>,
  draws: number,
): Expected {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const n = order.length;
  let [mean, square] = [0, 0];
  for (let first = 0; first < n;) {
    let end = first;
    let [sum, squares] = [0, 0];
    while (end < n && scores[order[end]!] === scores[order[first]!]) {
      const value = values[order[end++]!]!;
      sum += value;
      squares += value * value;
    }
    const share = ((end / n) ** draws - (first / n) ** draws) / (end - first);
    mean += share * sum;
    square += share * squares;
    first = end;
  }
  return { mean, std: Math.sqrt(Math.max(0, square - mean * mean)) };
}

/** The columns of a table that the baselines are made of, one entry a cell, and its single cells by their place. */
export interface Judged {
  /** `nasbench201`, `nasbench101`. */
  readonly table: string;
  /** The data set that ranks. */
  readonly dataset: string;
  /** Test accuracies in percent. */
  readonly accuracies: Float64Array;
  /** What is drawn from, where a space has fewer cells than its table: the places of its cells. */
  readonly drawn?: readonly number[] | undefined;
  /** Cells of a design that everybody knows. */
  readonly cells?: readonly { readonly name: string; readonly words: string; readonly at: number }[];
  /** The random search; none where nobody knows what it or its trainings cost. */
  readonly search?: RandomSearch | undefined;
}

/** A random search that chooses by a column of the table. */
export interface RandomSearch {
  /** One a cell, in percent. */
  readonly scores: Float64Array;
  /** What `scores` are. */
  readonly by: string;
  /** What it is given, in multiply-adds of passes forward. */
  readonly cost: number;
  /** What the training of one cell costs, likewise; what does not pay for one counts as one. */
  readonly training: number;
  /** What was assumed. */
  readonly note: string;
}

/** All baselines of a table. */
export function baselinesOf(
  { table, dataset, accuracies, drawn: places, cells = [], search }: Judged,
): Baselines {
  const { best, cells: of } = standing(accuracies, accuracies[0]!, "highest");
  const single = (name: string, words: string, accuracy: number): Baseline => {
    const { rank, regret } = standing(accuracies, accuracy, "highest");
    return { name, words, accuracy, rank, regret };
  };
  const drawn = (name: string, words: string, { mean, std }: Expected): Baseline => ({
    name,
    words,
    accuracy: rounded(mean),
    std: rounded(std),
    regret: rounded(best - mean),
  });
  const among = (column: Float64Array) => places ? Float64Array.from(places, (at) => column[at]!) : column;
  const chosen = among(accuracies);
  const count = places?.length.toLocaleString("en");
  const draws = search ? Math.max(1, Math.floor(search.cost / search.training)) : 1;
  return {
    table,
    dataset,
    of,
    rows: [
      ...cells.map(({ name, words, at }) => single(name, words, accuracies[at]!)),
      drawn(
        "a random cell",
        count ? `the mean of the ${count} cells of the space` : "the mean of all cells",
        bestOfRandom(chosen, chosen, 1),
      ),
      ...search
        ? [{
          ...drawn(
            "a random search",
            draws === 1
              ? oneDrawWords(search.cost / search.training)
              : `the best of ${draws} random cells by ${search.by}`,
            bestOfRandom(among(search.scores), chosen, draws),
          ),
          draws,
        }]
        : [],
      single("the optimum", "the best cell of the table", best),
    ],
    ...search && { cost: search.cost },
    notes: search ? [search.note] : [],
  };
}

/** What a random search of a single cell is; `trainings` the cost of a search pays for, fewer than two. */
function oneDrawWords(trainings: number): string {
  if (trainings >= 1) return "one random cell: at the cost of one search not two can be trained";
  // What draws its cell costs nothing.
  if (trainings === 0) return "one random cell, although its training costs something and the search nothing";
  const times = Number((1 / trainings).toPrecision(2));
  return `one random cell, although its training alone costs ${times} times as much as one search`;
}

/** Where an accuracy in percent stands to that of a baseline: "0.61 points above", "as good as". */
export function againstWords(accuracy: number, { accuracy: other }: Pick<Baseline, "accuracy">): string {
  const points = Math.abs(accuracy - other).toFixed(2);
  if (Number(points) === 0) return "as good as";
  return `${points} points ${accuracy > other ? "above" : "below"}`;
}

/** The same with its name: "0.61 points above the ResNet cell". */
export const distanceWords = (accuracy: number, baseline: Baseline): string =>
  `${againstWords(accuracy, baseline)} ${baseline.name}`;
