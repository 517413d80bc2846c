/** What a search logs of its mixing weights: how even they are, and whether they lean towards doing nothing. */
import type { AlphaRows } from "../network/alphas.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";

/** Of the relaxed rows of all matrices. */
export interface AlphaMeasures {
  /** Mean entropy of a row, in nats; of its shares where it does not sum to one. */
  readonly entropy: number;
  /** Mean over rows of the largest weight less the second largest; absent where all have one choice. */
  readonly margin?: number | undefined;
  /** Mean weight of `skip_connect` over the rows that have it; absent where none has. */
  readonly skipWeight?: number | undefined;
  /** Rows whose largest weight is that of `none`. */
  readonly nones: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const meanOfAny = (values: readonly number[]): number | undefined =>
  values.length > 0 ? mean(values) : undefined;

/** Measures the rows of some matrices. */
export function alphaMeasures(weights: AlphaRows, matrices: readonly AlphaMatrix[]): AlphaMeasures {
  const rows = matrices.flatMap(({ name, rows }) =>
    rows.map(({ choices }, r) => ({ choices, weights: weights[name]![r]! }))
  );
  const skips = rows.flatMap(({ choices, weights }) =>
    weights.filter((_, k) => choices[k] === "skip_connect")
  );
  return {
    entropy: mean(rows.map(({ weights }) => entropy(weights))),
    margin: meanOfAny(rows.filter(({ weights }) => weights.length > 1).map(({ weights }) => margin(weights))),
    skipWeight: meanOfAny(skips),
    nones: rows.filter(({ choices, weights }) => choices[weights.indexOf(Math.max(...weights))] === "none")
      .length,
  };
}

function margin(row: readonly number[]): number {
  const [first, second] = row.toSorted((a, b) => b - a);
  return first! - second!;
}

function entropy(row: readonly number[]): number {
  const total = row.reduce((sum, weight) => sum + weight, 0);
  return row.reduce((sum, weight) => sum - (weight > 0 ? (weight / total) * Math.log(weight / total) : 0), 0);
}
