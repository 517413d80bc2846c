/** Where one value stands among many. */

/** Where a cell stands among those of a table. */
export interface Standing {
  /** 1 is the best; equal values share the better rank. */
  readonly rank: number;
  /** How many values there are. */
  readonly cells: number;
  /** The best of the values, in their unit. */
  readonly best: number;
  /** Distance to the best, in the unit of the values; 0 is the best. */
  readonly regret: number;
}

/** The standing of `value` among `values`, which hold it. NaN stands for no value. */
export function standing(values: Float64Array, value: number, best: "highest" | "lowest"): Standing {
  const sign = best === "highest" ? 1 : -1;
  let better = 0;
  let cells = 0;
  let top = value;
  for (const other of values) {
    if (Number.isNaN(other)) continue;
    cells++;
    if (sign * (other - value) > 0) better++;
    if (sign * (other - top) > 0) top = other;
  }
  return { rank: 1 + better, cells, best: top, regret: rounded(Math.abs(top - value)) };
}

/**
 * To eight decimals: no table gives more, and values that are equal on paper are then equal here, whichever order
 * they were added in.
 */
export const rounded = (value: number): number => Math.round(value * 1e8) / 1e8;
