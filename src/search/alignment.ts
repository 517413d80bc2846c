/**
 * Layer alignment Λ (Movahedi et al., Λ-DARTS, ICLR 2023): how far the cells of a supernet agree on where their alphas
 * should go, were each to move its own. Towards a collapse it falls.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import {
  add,
  affine,
  broadcastTo,
  constant,
  equal,
  mul,
  pack,
  row,
  rsqrt,
  scale,
  square,
  stopGradient,
  sub,
  sum,
} from "../graph/ops/mod.ts";
import type { Supernet } from "../network/supernet.ts";

/**
 * Λ [1] of gradients [L, F], L at least two: the mean cosine of two rows, in [-1, 1]. With a row that is all zero the
 * cosine is 0, and the derivative too. Throws a RangeError for a single row.
 */
export function alignment(gradients: Node): Node {
  const [rows] = gradients.shape as [number, number];
  if (rows < 2) throw new RangeError(`Cannot align ${rows} cell: it takes two`);
  const squares = sum(square(gradients), [1]);
  // One where a row is all zero: it is divided by one, and then taken out.
  const zero = stopGradient(equal(squares, constant(0, [1])));
  const units = mul(gradients, mul(rsqrt(add(squares, zero)), affine(zero, -1, 1)));
  // The sum over all pairs, each twice, is the squared sum of all less the square of each.
  const pairs = sub(sum(square(sum(units, [0]))), sum(square(units)));
  return scale(pairs, 1 / (rows * (rows - 1)));
}

/** A mixing vector as one for each cell [cells, floats], which a loss can be differentiated by. */
export const mixingOfCells = ({ alphas: { floats }, size: { layers } }: Supernet, mixing: Node): Node =>
  broadcastTo(mixing, [layers, floats]);

/** The types of cells that there are at least two of, with these. */
export const alignedTypes = ({ cellTypes }: Supernet): [type: string, cells: readonly number[]][] =>
  Object.entries(cellTypes).filter(([, cells]) => cells.length > 1);

/**
 * Λ [1] of each type that has two cells, by its name: of the gradients of `loss` [1] by the mixing vectors of the cells.
 *
 * @param mixing [cells, floats] as {@link mixingOfCells} gives them, at which the loss is computed
 */
export function alignments(net: Supernet, loss: Node, mixing: Node): Record<string, Node> {
  const [slopes] = gradient(loss, [mixing]) as [Node];
  const { floats } = net.alphas;
  return Object.fromEntries(
    alignedTypes(net).map(([type, cells]) => {
      // What the cells of a type do not read is zero in all of their rows, and no part of any cosine.
      const rows = pack(cells.map((c) => row(slopes, c)), cells.map((_, i) => i * floats), [
        cells.length,
        floats,
      ]);
      return [type, alignment(rows)];
    }),
  );
}
