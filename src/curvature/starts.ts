/** Vectors over the alphas that a search for eigenvalues knows beforehand. */
import type { AlphaLayout } from "../network/alphas.ts";
import { fold, keyFromSeed, normal } from "../random.ts";

/** Pseudo-random numbers [count] whose rows sum to zero, the directions in which the loss can change. */
export function centredStart({ matrices }: AlphaLayout): Float64Array {
  const key = fold(keyFromSeed(0), "curvature start");
  return Float64Array.from(
    matrices.flatMap(({ name, shape: [rows, columns] }) =>
      Array.from({ length: rows }, (_, r) => {
        const row = Array.from({ length: columns }, (_, c) => normal(fold(key, name), r * columns + c));
        const mean = row.reduce((a, b) => a + b) / columns;
        return row.map((x) => x - mean);
      }).flat()
    ),
  );
}

/** A vector [count] of length one that is constant on the first row. */
export function constantRow({ count, matrices }: AlphaLayout): Float64Array {
  const columns = matrices[0]!.shape[1];
  return new Float64Array(count).fill(1 / Math.sqrt(columns), 0, columns);
}
