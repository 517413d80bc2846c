/**
 * What P-DARTS (Chen et al. 2019) makes of a space between its stages and of the weights at the end: fewer operations
 * on every edge (section 3.2), and no more skip connections in the normal cell than allowed (section 3.3.2).
 */
import { type CellType, cellTypes, type DartsSpace, dartsSpace } from "../../spaces/darts_cell.ts";
import type { AlphaRows } from "../alphas.ts";
import { discretize, entryRow } from "./discretize.ts";
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

/**
 * The space in which every edge keeps its `keep` heaviest operations, in their order; `none` counts like any other. Of
 * equal ones those in the later columns stay, as in the public code.
 */
export function shrunkSpace(space: DartsSpace, weights: AlphaRows, keep: number): DartsSpace {
  const kept = (cell: CellType) =>
    space.candidates[cell].map((operations, e) => {
      const row = weights[cell]![e]!;
      const lightest = operations.map((_, k) => k).sort((a, b) => row[a]! - row[b]!);
      const dropped = new Set(lightest.slice(0, Math.max(0, operations.length - keep)));
      return operations.filter((_, k) => !dropped.has(k));
    });
  return dartsSpace(space.name, space.summary, { normal: kept("normal"), reduce: kept("reduce") });
}

const isSkip = ([operation]: GenotypeEdge): boolean => operation === "skip_connect";

/**
 * DARTS's genotype, a node's edges by predecessor, whose normal cell has at most `most` skip connections: as long as it
 * has more, the lightest of them loses its weight and the edges are picked anew. It has more where the space leaves
 * no other operation.
 */
export function withFewSkips(weights: AlphaRows, space: DartsSpace, most: number): DartsGenotype {
  const genotype = byPredecessor(discretize(weights, space));
  const skips = genotype.normal.flatMap((entry, i) => {
    if (!isSkip(entry)) return [];
    const row = entryRow(space, entry, i);
    const column = space.candidates.normal[row]!.indexOf("skip_connect");
    return [{ row, column, weight: weights["normal"]![row]![column]! }];
  });
  const weighty = skips.filter(({ weight }) => weight > 0);
  if (skips.length <= most || weighty.length === 0) return genotype;
  const lightest = weighty.reduce((a, b) => (b.weight < a.weight ? b : a));
  const normal = weights["normal"]!.map((row, e) =>
    e === lightest.row ? row.map((weight, k) => (k === lightest.column ? 0 : weight)) : row
  );
  return withFewSkips({ ...weights, normal }, space, most);
}

function byPredecessor(genotype: DartsGenotype): DartsGenotype {
  const sorted = cellTypes.map((cell) => {
    const entries = genotype[cell];
    const pairs = Array.from({ length: entries.length / 2 }, (_, i) => entries.slice(2 * i, 2 * i + 2));
    return [cell, pairs.flatMap((pair) => pair.sort((a, b) => a[1] - b[1]))] as const;
  });
  return { ...genotype, ...Object.fromEntries(sorted) };
}
