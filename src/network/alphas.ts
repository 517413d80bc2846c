/**
 * The architecture parameters as one flat vector: what the optimizer moves. Graphs cut it into the matrices of the
 * space; a mixing vector (softmaxed, perturbed or sampled alphas) has the same layout.
 */
import type { Node, Shape } from "../graph/node.ts";
import { pack, slice, softmax } from "../graph/ops/mod.ts";
import { aligned } from "../nn/parameters.ts";
import type { AlphaMatrix } from "../spaces/space.ts";

export interface PlacedMatrix extends AlphaMatrix {
  /** [rows, choices]; a row is one softmax. */
  readonly shape: readonly [number, number];
  /** Floats from the start of the vector; a multiple of 4. */
  readonly offset: number;
}

export interface AlphaLayout {
  readonly matrices: readonly PlacedMatrix[];
  /** Length of the vector; floats between matrices are zero. */
  readonly floats: number;
  /** Number of architecture parameters. */
  readonly count: number;
}

/** The layout of matrices, one after the other. */
export function alphaLayout(matrices: readonly AlphaMatrix[]): AlphaLayout {
  let floats = 0;
  let count = 0;
  const placed = matrices.map((matrix): PlacedMatrix => {
    const shape = [matrix.rows.length, matrix.rows[0]!.choices.length] as const;
    const offset = floats;
    floats = aligned(offset + shape[0] * shape[1]);
    count += shape[0] * shape[1];
    return { ...matrix, shape, offset };
  });
  return { matrices: placed, floats, count };
}

/** The matrices of a flat vector [floats], in the layout's order. */
export const matricesOf = (flat: Node, { matrices }: AlphaLayout): Node[] =>
  matrices.map(({ offset, shape }) => slice(flat, offset, shape));

/** The flat vector of matrices. */
export function flatten(matrices: readonly Node[], layout: AlphaLayout): Node {
  const shape: Shape = [layout.floats];
  return pack(matrices, layout.matrices.map(({ offset }) => offset), shape);
}

/** Softmax of every row: the mixing vector of raw alphas (MS-DARTS eq. 2). */
export const softmaxRows = (flat: Node, layout: AlphaLayout): Node =>
  flatten(matricesOf(flat, layout).map((matrix) => softmax(matrix, 1)), layout);

/** Rows of architecture parameters or of mixing weights, by matrix. */
export type AlphaRows = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Rows of each matrix of a flat vector on the host. */
export function rowsOf(flat: Float32Array, { matrices }: AlphaLayout): Record<string, number[][]> {
  return Object.fromEntries(matrices.map(({ name, shape: [rows, columns], offset }) => [
    name,
    Array.from(
      { length: rows },
      (_, r) => [...flat.subarray(offset + r * columns, offset + (r + 1) * columns)],
    ),
  ]));
}
