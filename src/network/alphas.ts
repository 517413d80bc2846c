/**
 * The architecture parameters as one flat vector: what the optimizer moves. Graphs cut it into the matrices of the
 * space; a mixing vector (softmaxed, perturbed or sampled alphas) has the same layout.
 */
import type { Node, Shape } from "../graph/node.ts";
import { pack, slice, softmax } from "../graph/ops/mod.ts";
import { aligned } from "../nn/parameters.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";

/** A matrix of architecture parameters, and where it stands in the flat vector. */
export interface PlacedMatrix extends AlphaMatrix {
  /** [rows, choices]; a row is one softmax. */
  readonly shape: readonly [number, number];
  /** Floats from the start of the vector; a multiple of 4. */
  readonly offset: number;
}

/** How the flat vector of all architecture parameters is made of matrices. */
export interface AlphaLayout {
  /** In the order in which they stand. */
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

/** Architecture parameters as files have them: one matrix, or several that are one vector there. */
export interface AlphaTensor {
  /** As in PyTorch code: `alphas_normal`. */
  readonly name: string;
  readonly shape: Shape;
  /** Where they stand in the flat vector, in the order of the tensor. */
  readonly pieces: readonly { readonly offset: number; readonly floats: number }[];
}

/** The tensors of a layout. */
export function alphaTensors({ matrices }: AlphaLayout): AlphaTensor[] {
  const names = new Set(matrices.map(tensorName));
  return [...names].map((name) => {
    const own = matrices.filter((matrix) => tensorName(matrix) === name);
    const pieces = own.map(({ offset, shape: [rows, columns] }) => ({ offset, floats: rows * columns }));
    const shape = own[0]!.tensor ? [pieces.reduce((sum, { floats }) => sum + floats, 0)] : own[0]!.shape;
    return { name, shape, pieces };
  });
}

/** The tensors of a flat vector [floats], as nodes. */
export const tensorsOf = (flat: Node, layout: AlphaLayout): (AlphaTensor & { readonly node: Node })[] =>
  alphaTensors(layout).map((tensor) => {
    const { shape, pieces } = tensor;
    if (pieces.length === 1) return { ...tensor, node: slice(flat, pieces[0]!.offset, shape) };
    const starts = pieces.map((_, i) => pieces.slice(0, i).reduce((sum, { floats }) => sum + floats, 0));
    const nodes = pieces.map(({ offset, floats }) => slice(flat, offset, [floats]));
    return { ...tensor, node: pack(nodes, starts, shape) };
  });

/** The flat vector of tensors, in the layout's order. */
export function flattenTensors(nodes: readonly Node[], layout: AlphaLayout): Node {
  const placed = alphaTensors(layout).flatMap(({ pieces }, t) => {
    let start = 0;
    return pieces.map(({ offset, floats }) => {
      const piece = slice(nodes[t]!, start, [floats]);
      start += floats;
      return { piece, offset };
    });
  });
  return pack(placed.map(({ piece }) => piece), placed.map(({ offset }) => offset), [layout.floats]);
}

const tensorName = ({ name, tensor }: AlphaMatrix): string => tensor ?? `alphas_${name}`;

/** The matrices of a flat vector [floats], in the layout's order. */
export const matricesOf = (flat: Node, { matrices }: AlphaLayout): Node[] =>
  matrices.map(({ offset, shape }) => slice(flat, offset, shape));

/** The flat vector of matrices. */
export function flatten(matrices: readonly Node[], layout: AlphaLayout): Node {
  const shape: Shape = [layout.floats];
  return pack(matrices, layout.matrices.map(({ offset }) => offset), shape);
}

/** A flat vector whose matrices are changed one by one. */
export const mapMatrices = (
  flat: Node,
  layout: AlphaLayout,
  change: (matrix: Node, index: number) => Node,
): Node => flatten(matricesOf(flat, layout).map(change), layout);

/** Softmax of every row: the mixing vector of raw alphas (MS-DARTS eq. 2). */
export const softmaxRows = (flat: Node, layout: AlphaLayout): Node =>
  mapMatrices(flat, layout, (matrix) => softmax(matrix, 1));

/** Rows of architecture parameters or of mixing weights, by matrix. */
export type AlphaRows = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Throws a RangeError where a matrix has not a weight for each choice of its rows. */
export function checkRows({ name, rows }: AlphaMatrix, weights: readonly (readonly number[])[]): void {
  if (weights.length === rows.length && rows.every((row, r) => row.choices.length === weights[r]!.length)) {
    return;
  }
  throw new RangeError(
    `Cannot discretize ${name}: it has ${rows.length} rows of ${rows[0]!.choices.length} choices, ` +
      `got [${weights.length}, ${weights[0]?.length}]`,
  );
}

/** The flat vector of the rows of each matrix, on the host. */
export function flatOf(rows: AlphaRows, { matrices, floats }: AlphaLayout): Float32Array {
  const flat = new Float32Array(floats);
  for (const { name, offset } of matrices) flat.set(rows[name]!.flat(), offset);
  return flat;
}

/** Rows of each matrix of a flat vector on the host. */
export function rowsOf(
  flat: Float32Array | Float64Array,
  { matrices }: AlphaLayout,
): Record<string, number[][]> {
  return Object.fromEntries(matrices.map(({ name, shape: [rows, columns], offset }) => [
    name,
    Array.from(
      { length: rows },
      (_, r) => [...flat.subarray(offset + r * columns, offset + (r + 1) * columns)],
    ),
  ]));
}
