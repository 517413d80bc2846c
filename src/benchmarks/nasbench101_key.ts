/**
 * Cells of NAS-Bench-101 (Ying et al., ICML 2019, arXiv:1902.09635, section 2) up to isomorphism. Two cells get one
 * key exactly when, without the vertices that lie on no path from input to output, one is the other with its vertices
 * renumbered.
 */
import { connected, vertexOperations } from "../network/nasbench1shot1/model_spec.ts";

/** A cell: `matrix[i][j]` is 1 for an edge from vertex i to vertex j > i, `ops[i]` the operation of vertex i. */
export interface Nasbench101Cell {
  /** [V, V], zero on and below the diagonal. */
  readonly matrix: readonly (readonly number[])[];
  /** [V]: `input`, then `conv1x1-bn-relu`, `conv3x3-bn-relu` or `maxpool3x3` each, then `output`. */
  readonly ops: readonly string[];
}

const operationNames: readonly string[] = vertexOperations;
export const maxVertices = 7;
const maxEdges = 9;

/** The number of different cells with at most 7 vertices and 9 edges. */
export const nasbench101Cells = 423_624;

/** The key of a cell, an integer below 2^53. Throws a RangeError that says why it is no cell of the benchmark. */
export function cellKey({ matrix, ops }: Nasbench101Cell): number {
  checkForm(matrix, ops);
  const kept = connected({ matrix });
  if (kept[0] !== 0) throw new RangeError("no path leads from its input to its output");
  const edge = (from: number, to: number): number => matrix[from]![to]!;
  const edges = kept.reduce((sum, i) => sum + degree((j) => edge(i, j), kept), 0);
  if (kept.length > maxVertices || edges > maxEdges) {
    throw new RangeError(
      `it has ${kept.length} vertices and ${edges} edges, and the benchmark at most ${maxVertices} and ${maxEdges}`,
    );
  }
  const input = 0;
  const output = ops.length - 1;
  const inner = kept.slice(1, -1).map((vertex) => {
    const label = (operationNames.indexOf(ops[vertex]!) * 2 + edge(input, vertex)) * 2 + edge(vertex, output);
    const into = degree((other) => edge(other, vertex), kept);
    const out = degree((other) => edge(vertex, other), kept);
    return { vertex, label, colour: (label * maxVertices + into) * maxVertices + out };
  }).sort((a, b) => a.colour - b.colour);
  // The leading count sets cells of different sizes apart; 12 labels; 20 bits hold the edges among 5 vertices.
  const labels = inner.reduce((number, { label }) => number * 12 + label, inner.length);
  return (labels * 2 + edge(input, output)) * 2 ** 20 + smallestEdges(inner, edge);
}

const degree = (edge: (other: number) => number, others: readonly number[]): number =>
  others.reduce((sum, other) => sum + edge(other), 0);

/**
 * The edges among the inner vertices as a number, the smallest over all their orders by colour. Colours do not depend
 * on the numbering of vertices, so isomorphic cells have the same orders.
 */
function smallestEdges(
  inner: readonly { readonly vertex: number; readonly colour: number }[],
  edge: (from: number, to: number) => number,
): number {
  const place = (order: readonly number[], bits: number): number => {
    const next = inner[order.length];
    if (next === undefined) return bits;
    let smallest = Infinity;
    for (const { vertex, colour } of inner) {
      if (colour !== next.colour || order.includes(vertex)) continue;
      const more = order.reduce((sum, u) => sum * 4 + edge(u, vertex) * 2 + edge(vertex, u), bits);
      smallest = Math.min(smallest, place([...order, vertex], more));
    }
    return smallest;
  };
  return place([], 0);
}

function checkForm(matrix: readonly (readonly number[])[], ops: readonly string[]): void {
  if (ops.length < 2 || matrix.length !== ops.length || matrix.some((row) => row.length !== ops.length)) {
    throw new RangeError(`its matrix is not square with one row for each of its ${ops.length} operations`);
  }
  if (matrix.some((row, i) => row.some((value, j) => value !== 0 && (value !== 1 || j <= i)))) {
    throw new RangeError("its matrix is not of 0 and 1 with 0 on and below the diagonal");
  }
  if (ops[0] !== "input" || ops.at(-1) !== "output") {
    throw new RangeError("its first operation is not input or its last not output");
  }
  const unknown = ops.slice(1, -1).find((name) => !operationNames.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`it has the operation ${unknown}; the benchmark has ${operationNames.join(", ")}`);
  }
}
