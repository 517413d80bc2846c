/**
 * From architecture weights to a genotype, by the rule of DARTS: an edge is worth its best operation other than
 * `none`, every node keeps its two best edges, and an edge keeps that operation. `none` therefore counts only
 * through what it takes from the rest of its row. Where edges have weights of their own, an operation is worth its
 * weight times the edge's (PC-DARTS, section 3.3). With a threshold, a node may have fewer edges (Fair DARTS).
 */
import {
  type CellType,
  cellTypes,
  type DartsSpace,
  edgeTensors,
  inputsKept,
} from "../../spaces/darts_cell.ts";
import { type AlphaRows, checkRows } from "../alphas.ts";
import { edgeMatrixName, edgeWeight } from "../edge_weights.ts";
import type { Choice } from "../family.ts";
import type { SupernetVariant } from "../variant.ts";
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

/**
 * The genotype of `weights` in `space`. A node's edges stand best first. Of equal edges the one from the lower
 * predecessor is taken, of equal operations the one in the lower column, as the reference implementations do.
 *
 * @param threshold an edge that is worth less has `none` in the genotype
 */
export const discretize = (
  weights: AlphaRows,
  space: DartsSpace,
  threshold = -Infinity,
): DartsGenotype => bothCells(space, (cell) => discretizeCell(cell, weights, { space, threshold }));

/** The genotype of the entries of each cell; all nodes are concatenated. */
function bothCells(
  space: DartsSpace,
  entries: (cell: CellType) => readonly GenotypeEdge[],
): DartsGenotype {
  const concat = nodesOf(space);
  return {
    normal: entries("normal"),
    normal_concat: concat,
    reduce: entries("reduce"),
    reduce_concat: concat,
  };
}

const nodesOf = ({ nodes }: DartsSpace): number[] => Array.from({ length: nodes }, (_, i) => i + 2);

/** The row of an edge. */
const rowOf = ({ edges }: DartsSpace, from: number, to: number): number =>
  edges.findIndex((edge) => edge.from === from && edge.to === to);

/** The row of a genotype's entry `i`: entries come in pairs, one pair a node, nodes in order. */
export const entryRow = (space: DartsSpace, [, from]: GenotypeEdge, i: number): number =>
  rowOf(space, from, entryNode(i));

const entryNode = (i: number): number => 2 + Math.floor(i / 2);

function discretizeCell(
  cell: CellType,
  weights: AlphaRows,
  { space, threshold }: { readonly space: DartsSpace; readonly threshold: number },
): GenotypeEdge[] {
  const rows = weights[cell]!;
  const candidates = space.candidates[cell];
  checkRows(space.matrices.find(({ name }) => name === cell)!, rows);
  return nodesOf(space).flatMap((node) => {
    const edges = space.edges.flatMap((edge, e) => {
      if (edge.to !== node) return [];
      const { operation, weight } = best(rows[e]!, candidates[e]!);
      return [{
        from: edge.from,
        operation,
        weight: weight * (edgeWeight(weights, edgeTensors[cell], edge) ?? 1),
      }];
    });
    // The sort is stable and the edges come by predecessor, which settles ties.
    return edges.sort((a, b) => b.weight - a.weight).slice(0, inputsKept)
      .map(({ from, operation, weight }): GenotypeEdge => [weight >= threshold ? operation : "none", from]);
  });
}

/**
 * GDAS's rule (its public code): a node keeps the two largest weights of all operations of its edges, `none` left out;
 * they may be two operations of one edge. Of equal ones the one from the lower predecessor, then of the lower column.
 */
export const topPairs = (weights: AlphaRows, space: DartsSpace): DartsGenotype =>
  bothCells(space, (type) =>
    nodesOf(space).flatMap((node) =>
      space.edges
        .flatMap(({ from, to }, e) =>
          to !== node ? [] : space.candidates[type][e]!.map((operation, k) => ({
            operation,
            from,
            weight: weights[type]![e]![k]!,
          }))
        )
        .filter(({ operation }) => operation !== "none")
        .sort((a, b) => b.weight - a.weight)
        .slice(0, inputsKept)
        .map(({ operation, from }): GenotypeEdge => [operation, from])
    ));

/** The operation of the largest weight, `none` left out; the first of equals. */
function best<Name extends string>(row: readonly number[], operations: readonly Name[]) {
  let found: { operation: Name; weight: number } | undefined;
  operations.forEach((operation, k) => {
    if (operation !== "none" && !(found && found.weight >= row[k]!)) found = { operation, weight: row[k]! };
  });
  return found!;
}

/**
 * The columns of a genotype's operations, and of its edges where they have weights.
 */
export const choices = (
  genotype: DartsGenotype,
  space: DartsSpace,
  { edgeNormalisation }: SupernetVariant,
): Choice[] =>
  cellTypes.flatMap((cell) =>
    genotype[cell].flatMap((entry, i): Choice[] => {
      const [operation, from] = entry;
      if (operation === "none") return [];
      const row = entryRow(space, entry, i);
      const chosen = { matrix: cell, row, column: space.candidates[cell][row]!.indexOf(operation) };
      const edge = { matrix: edgeMatrixName(edgeTensors[cell], entryNode(i)), row: 0, column: from };
      return edgeNormalisation ? [chosen, edge] : [chosen];
    })
  );

/** Two distinct edges a node and for each an operation other than `none`, all uniform. */
export const randomCells = (space: DartsSpace, draw: (below: number) => number): DartsGenotype =>
  bothCells(
    space,
    (type) =>
      nodesOf(space).flatMap((node) =>
        twoBelow(node, draw).map((from): GenotypeEdge => {
          const operations = space.candidates[type][rowOf(space, from, node)]!.filter((name) =>
            name !== "none"
          );
          return [operations[draw(operations.length)]!, from];
        })
      ),
  );

/** Two distinct numbers below `count`, ascending. */
function twoBelow(count: number, draw: (below: number) => number): [number, number] {
  const first = draw(count);
  const second = (first + 1 + draw(count - 1)) % count;
  return [Math.min(first, second), Math.max(first, second)];
}

/** Two distinct edges a node and for each an operation, `none` among them, all uniform. */
export const sampleChoices = (space: DartsSpace, draw: (below: number) => number): Choice[] =>
  cellTypes.flatMap((matrix) =>
    nodesOf(space).flatMap((node) =>
      twoBelow(node, draw).map((from): Choice => {
        const row = rowOf(space, from, node);
        return { matrix, row, column: draw(space.candidates[matrix][row]!.length) };
      })
    )
  );
