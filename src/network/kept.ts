/**
 * The choices of a supernet's rows that are still searched: a search of several stages drops the others on its way. Those
 * dropped have no weight and no parameters, and the columns of all stay where they are.
 */
import type { Node } from "../graph/node.ts";
import { constant, div, mul, sum } from "../graph/ops/mod.ts";
import { type AlphaLayout, type AlphaRows, flatOf, mapMatrices } from "./alphas.ts";

/** By matrix, row and column. */
export type KeptChoices = Readonly<Record<string, readonly (readonly boolean[])[]>>;

/** So many choices of each row, those of the largest numbers; of equal ones the first. */
export const largestChoices = (rows: AlphaRows, count: number): KeptChoices =>
  Object.fromEntries(
    Object.entries(rows).map(([name, matrix]) => [
      name,
      matrix.map((row) => {
        const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
        return row.map((_, k) => order.indexOf(k) < count);
      }),
    ]),
  );

/** One for each kept choice, zero for those dropped, [floats]. */
export const keptVector = (kept: KeptChoices, layout: AlphaLayout): Float32Array =>
  flatOf(
    Object.fromEntries(
      Object.entries(kept).map(([name, rows]) => [name, rows.map((row) => row.map(Number))]),
    ),
    layout,
  );

/** A mixing vector [floats] without what is dropped, each row divided by what is left of its sum. */
export function keptMixing(mixing: Node, kept: KeptChoices, layout: AlphaLayout): Node {
  const vector = keptVector(kept, layout);
  return mapMatrices(mixing, layout, (matrix, m) => {
    const { offset, shape: [rows, columns] } = layout.matrices[m]!;
    const own = mul(matrix, constant(vector.slice(offset, offset + rows * columns), [rows, columns]));
    return div(own, sum(own, [1]));
  });
}

/** The same of rows on the host. */
export const keptRows = (rows: AlphaRows, kept: KeptChoices): AlphaRows =>
  Object.fromEntries(
    Object.entries(rows).map(([name, matrix]) => [
      name,
      matrix.map((row, r) => {
        const own = row.map((weight, k) => kept[name]![r]![k] ? weight : 0);
        const total = own.reduce((sum, weight) => sum + weight, 0);
        return own.map((weight) => weight / total);
      }),
    ]),
  );
