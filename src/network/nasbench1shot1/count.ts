/** How many cells a space of NAS-Bench-1Shot1 has. */
import type { NasBench1Shot1Space } from "../../spaces/nasbench1shot1.ts";
import { adjacencies, matrixOf, modelSpec } from "./discretize.ts";
import { connected, type ModelSpec, type VertexOperation } from "./model_spec.ts";

type Matrix = readonly (readonly number[])[];

/** The different matrices of a space's cells, without the blocks that lead nowhere. */
export const distinctMatrices = (space: NasBench1Shot1Space): Matrix[] => [
  ...new Map(adjacencies(space).map(matrixOf).map((matrix) => [JSON.stringify(matrix), matrix])).values(),
];

/**
 * Whether the published counts include a matrix. The generator behind them goes from the output to its last input, from
 * there to that one's last input and so on: it finds no cell that has a block beside this path.
 */
export function isPublished(matrix: Matrix): boolean {
  const path: number[] = [];
  for (
    let vertex = matrix.length - 1;
    vertex >= 0;
    vertex = matrix.findLastIndex((row) => row[vertex] === 1)
  ) {
    path.push(vertex);
  }
  return connected({ matrix }).every((vertex) => path.includes(vertex));
}

/** Cells with labelled blocks: those that lead nowhere counted, left out, and as published without them. */
export function cellCounts(space: NasBench1Shot1Space): Record<string, number> {
  const labels = (blocks: number): number => space.operations.length ** blocks;
  const labelled = (matrices: readonly Matrix[]): number =>
    matrices.reduce((sum, matrix) => sum + labels(connected({ matrix }).length - 2), 0);
  const matrices = distinctMatrices(space);
  return {
    cells_with_loose_ends: adjacencies(space).length * labels(space.parents.length),
    cells: labelled(matrices),
    published_cells: labelled(matrices.filter(isPublished)),
  };
}

/** Every cell with labelled blocks once; those that lead nowhere have the first operation. */
export function* cells(space: NasBench1Shot1Space): Generator<ModelSpec> {
  const operations = space.operations as readonly VertexOperation[];
  for (const matrix of distinctMatrices(space)) {
    const used = connected({ matrix });
    const labels = space.parents.reduce<VertexOperation[][]>(
      (all, _, i) =>
        all.flatMap((some) =>
          (used.includes(i + 1) ? operations : operations.slice(0, 1)).map((name) => [...some, name])
        ),
      [[]],
    );
    for (const own of labels) yield modelSpec(matrix, own);
  }
}
