/**
 * From mixing weights to a cell and back: a block keeps its best operation, and every block and the output as many of
 * its best inputs as the space says. What then leads nowhere is left out, from the output backwards, as the public code
 * of NAS-Bench-1Shot1 does.
 */
import { inputsMatrix, type NasBench1Shot1Space } from "../../spaces/nasbench1shot1.ts";
import type { AlphaRows } from "../alphas.ts";
import type { Choice } from "../family.ts";
import type { ModelSpec, VertexOperation } from "./model_spec.ts";

/** The states that each block takes input from, and last those of the output. State 0 is the cell's input. */
export type Adjacency = readonly (readonly number[])[];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** NAS-Bench-101 has a vertex more than the cells with four blocks: its row and column stay empty. */
const vertices = 7;

/** The indices of the `count` largest, ascending; of equal ones the first. */
function largest(row: readonly number[], count: number): number[] {
  // The sort is stable, which settles ties.
  return range(row.length).sort((a, b) => row[b]! - row[a]!).slice(0, count).sort((a, b) => a - b);
}

/** The matrix of the cell, [7, 7]: the edges that lead on to the output. */
export function matrixOf(adjacency: Adjacency): number[][] {
  const matrix = range(vertices).map(() => new Array<number>(vertices).fill(0));
  const blocks = adjacency.length - 1;
  const open = [blocks + 1];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const to = state > blocks ? vertices - 1 : state;
    for (const from of adjacency[state - 1]!) {
      matrix[from]![to] = 1;
      if (from > 0) open.push(from);
    }
  }
  return matrix;
}

/** The cell of a matrix and the operations of its blocks. */
export function modelSpec(matrix: ModelSpec["matrix"], operations: readonly VertexOperation[]): ModelSpec {
  const spare = range(vertices - 2 - operations.length).map(() => "conv1x1-bn-relu" as const);
  return { matrix, ops: ["input", ...operations, ...spare, "output"] };
}

/** The cell of mixing weights. Of equal weights the one in the lower column is taken. */
export function discretize(weights: AlphaRows, space: NasBench1Shot1Space): ModelSpec {
  const inputs = space.parents.map((count, i) => {
    const matrix = inputsMatrix(space, i + 1);
    return matrix === undefined ? range(i + 1) : largest(weights[matrix]![0]!, count);
  });
  const output = largest(weights["output"]![0]!, space.outputParents);
  const operations = weights["mixed_op"]!.map((row) =>
    space.operations[largest(row, 1)[0]!] as VertexOperation
  );
  return modelSpec(matrixOf([...inputs, output]), operations);
}

/** The columns of a cell's operations and edges. Blocks that lead nowhere have an operation, but no inputs. */
export function choices({ matrix, ops }: ModelSpec, space: NasBench1Shot1Space): Choice[] {
  const into = (vertex: number, name: string): Choice[] =>
    range(space.parents.length + 1).flatMap((column) =>
      matrix[column]![vertex] ? [{ matrix: name, row: 0, column }] : []
    );
  return [
    ...space.parents.map((_, row) => ({
      matrix: "mixed_op",
      row,
      column: space.operations.findIndex((name) => name === ops[row + 1]),
    })),
    ...into(vertices - 1, "output"),
    ...space.parents.flatMap((_, i) => {
      const name = inputsMatrix(space, i + 1);
      return name === undefined ? [] : into(i + 1, name);
    }),
  ];
}

/** All sets of `count` of the states below `states`, ascending. */
function subsets(states: number, count: number): number[][] {
  if (count === 0) return [[]];
  return range(states).flatMap((last) => subsets(last, count - 1).map((others) => [...others, last]));
}

const inputCounts = (
  { parents, outputParents }: NasBench1Shot1Space,
): number[] => [...parents, outputParents];

/** Uniform inputs of each block and of the output, and a uniform column for each block's operation. */
function drawn(space: NasBench1Shot1Space, draw: (below: number) => number) {
  const adjacency = inputCounts(space).map((count, i) => {
    const sets = subsets(i + 1, count);
    return sets[draw(sets.length)]!;
  });
  return { adjacency, columns: space.parents.map(() => draw(space.operations.length)) };
}

/** Uniform operations and inputs. */
export function randomCell(space: NasBench1Shot1Space, draw: (below: number) => number): ModelSpec {
  const { adjacency, columns } = drawn(space, draw);
  return modelSpec(matrixOf(adjacency), columns.map((column) => space.operations[column] as VertexOperation));
}

/** The same as weights at one, with the inputs of blocks that lead nowhere. */
export function sampleChoices(space: NasBench1Shot1Space, draw: (below: number) => number): Choice[] {
  const { adjacency, columns } = drawn(space, draw);
  return [
    ...columns.map((column, row) => ({ matrix: "mixed_op", row, column })),
    ...adjacency.flatMap((inputs, i) => {
      const matrix = i === space.parents.length ? "output" : inputsMatrix(space, i + 1);
      return matrix === undefined ? [] : inputs.map((column) => ({ matrix, row: 0, column }));
    }),
  ];
}

/** Every choice of inputs that the space allows. */
export function adjacencies(space: NasBench1Shot1Space): Adjacency[] {
  return inputCounts(space).reduce<number[][][]>(
    (all, count, i) => all.flatMap((some) => subsets(i + 1, count).map((inputs) => [...some, inputs])),
    [[]],
  );
}
