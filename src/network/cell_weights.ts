/** The mixing weights of each cell, cut out of a mixing vector. */
import type { Node } from "../graph/node.ts";
import { affine, constant, equal, mul, slice, stopGradient, sum } from "../graph/ops/mod.ts";
import type { AlphaLayout } from "./alphas.ts";
import type { MixingWeights, RowWeights, SupernetParts } from "./family.ts";
import type { SupernetVariant } from "./variant.ts";

/** @param mixing flat [floats], or [cells, floats] where every cell has its own */
export function cellWeights(
  mixing: Node,
  alphas: AlphaLayout,
  { undrawn }: SupernetVariant,
): Pick<SupernetParts, "weights" | "undrawn"> {
  // 1 where an operation was drawn. Whatever the weights are, their sum of operations stays what it is.
  const drawn = undrawn && stopGradient(affine(equal(mixing, constant(0, [1])), -1, 1));
  const used = drawn ? mul(mixing, drawn) : mixing;
  const rest = drawn && undrawn === "weight" ? mul(mixing, affine(drawn, -1, 1)) : undefined;
  return {
    weights: byCell(mixing, alphas, (start) => entries(used, alphas, start)),
    undrawn: rest ? byCell(mixing, alphas, (start) => rowSums(rest, alphas, start)) : () => undefined,
  };
}

/** What a cell reads, from the element its row of the mixing matrix starts at; all cells read a vector. */
function byCell<T>(
  { shape }: Node,
  { floats }: AlphaLayout,
  read: (start: number) => T,
): (cell: number) => T {
  if (shape.length === 2) return (cell) => read(cell * floats);
  const shared = read(0);
  return () => shared;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const entries = (mixing: Node, { matrices }: AlphaLayout, start: number): MixingWeights =>
  Object.fromEntries(matrices.map(({ name, shape: [rows, columns], offset }) => [
    name,
    range(rows).map((r) => range(columns).map((k) => slice(mixing, start + offset + r * columns + k, [1]))),
  ]));

const rowSums = (mixing: Node, { matrices }: AlphaLayout, start: number): RowWeights =>
  Object.fromEntries(matrices.map(({ name, shape, offset }) => {
    const sums = sum(slice(mixing, start + offset, shape), [1]);
    return [name, range(shape[0]).map((r) => slice(sums, r, [1]))];
  }));
