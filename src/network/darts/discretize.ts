/**
 * From architecture weights to a genotype, by the rule of DARTS: an edge is worth its best operation other than
 * `none`, every node keeps its two best edges, and an edge keeps that operation. `none` therefore counts only
 * through what it takes from the rest of its row.
 */
import { type CellType, cellTypes, type DartsSpace } from "../../spaces/darts_cell.ts";
import type { AlphaRows } from "../alphas.ts";
import type { Choice } from "../family.ts";
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

/**
 * The genotype of `weights` in `space`. A node's edges stand best first. Of equal edges the one from the lower
 * predecessor is taken, of equal operations the one in the lower column, as the reference implementations do.
 */
export function discretize(weights: AlphaRows, space: DartsSpace): DartsGenotype {
  const concat = Array.from({ length: space.nodes }, (_, i) => i + 2);
  return {
    normal: discretizeCell("normal", weights["normal"]!, space),
    normal_concat: concat,
    reduce: discretizeCell("reduce", weights["reduce"]!, space),
    reduce_concat: concat,
  };
}

function discretizeCell(cell: CellType, rows: readonly (readonly number[])[], space: DartsSpace): GenotypeEdge[] {
  const candidates = space.candidates[cell];
  if (rows.length !== space.edges.length || rows.some((row, e) => row.length !== candidates[e]!.length)) {
    const got = `[${rows.length}, ${rows[0]?.length}]`;
    throw new RangeError(
      `Cannot discretize the ${cell} cell: space ${space.name} has ${space.edges.length} edges with ` +
        `${candidates[0]!.length} operations each, got ${got}`,
    );
  }
  return Array.from({ length: space.nodes }, (_, i) => i + 2).flatMap((node) => {
    const edges = space.edges.flatMap(({ from, to }, e) =>
      to === node ? [{ from, ...best(rows[e]!, candidates[e]!) }] : []
    );
    // The sort is stable and the edges come by predecessor, which settles ties.
    return edges.sort((a, b) => b.weight - a.weight).slice(0, 2)
      .map(({ from, operation }): GenotypeEdge => [operation, from]);
  });
}

/** The operation of the largest weight, `none` left out; the first of equals. */
function best<Name extends string>(row: readonly number[], operations: readonly Name[]) {
  let found: { operation: Name; weight: number } | undefined;
  operations.forEach((operation, k) => {
    if (operation !== "none" && !(found && found.weight >= row[k]!)) found = { operation, weight: row[k]! };
  });
  return found!;
}

/** The columns of a genotype's operations: entries come in pairs, one pair a node, nodes in order. */
export const choices = (genotype: DartsGenotype, space: DartsSpace): Choice[] =>
  cellTypes.flatMap((cell) =>
    genotype[cell].map(([operation, from], i) => {
      const to = 2 + Math.floor(i / 2);
      const row = space.edges.findIndex((edge) => edge.from === from && edge.to === to);
      return { matrix: cell, row, column: space.candidates[cell][row]!.indexOf(operation) };
    })
  );

/** Two distinct edges a node and for each an operation other than `none`, all uniform. */
export function randomCells(space: DartsSpace, draw: (below: number) => number): DartsGenotype {
  const concat = Array.from({ length: space.nodes }, (_, i) => i + 2);
  const cell = (type: CellType): GenotypeEdge[] =>
    concat.flatMap((node) => {
      const first = draw(node);
      const second = (first + 1 + draw(node - 1)) % node;
      return [first, second].sort((a, b) => a - b).map((from): GenotypeEdge => {
        const e = space.edges.findIndex((edge) => edge.from === from && edge.to === node);
        const operations = space.candidates[type][e]!.filter((name) => name !== "none");
        return [operations[draw(operations.length)]!, from];
      });
    });
  return { normal: cell("normal"), normal_concat: concat, reduce: cell("reduce"), reduce_concat: concat };
}
