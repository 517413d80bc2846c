/**
 * From architecture weights to a genotype, by the rule of DARTS: an edge is worth its best operation other than
 * `none`, every node keeps its two best edges, and an edge keeps that operation. `none` therefore counts only
 * through what it takes from the rest of its row.
 */
import type { CellType, Space } from "../spaces/space.ts";
import type { Genotype, GenotypeEdge } from "./genotype.ts";

/** One row an edge, one column an operation: the softmaxed architecture parameters of both cell types. */
export type ArchitectureWeights = Readonly<Record<CellType, readonly (readonly number[])[]>>;

/**
 * The genotype of `weights` in `space`. A node's edges stand best first. Of equal edges the one from the lower
 * predecessor is taken, of equal operations the one in the lower column, as the reference implementations do.
 */
export function discretize(weights: ArchitectureWeights, space: Space): Genotype {
  const concat = Array.from({ length: space.nodes }, (_, i) => i + 2);
  return {
    normal: discretizeCell("normal", weights.normal, space),
    normal_concat: concat,
    reduce: discretizeCell("reduce", weights.reduce, space),
    reduce_concat: concat,
  };
}

function discretizeCell(cell: CellType, rows: readonly (readonly number[])[], space: Space): GenotypeEdge[] {
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
