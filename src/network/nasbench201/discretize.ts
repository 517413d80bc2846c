/** From architecture weights to a cell of NAS-Bench-201: the operation of the largest weight, `none` among them. */
import { nasbench201Edges, nasbench201EdgeTensor, type NasBench201Space } from "../../spaces/nasbench201.ts";
import { type AlphaRows, checkRows } from "../alphas.ts";
import { edgeMatrixName } from "../edge_weights.ts";
import type { Choice } from "../family.ts";
import type { SupernetVariant } from "../variant.ts";
import { edgeOperations, genotypeOf, type NasBench201Genotype } from "./genotype.ts";

/** Of equal operations the one in the lower column is taken. */
export function discretize(
  weights: AlphaRows,
  { matrices, operations }: NasBench201Space,
): NasBench201Genotype {
  const rows = weights[matrices[0]!.name]!;
  checkRows(matrices[0]!, rows);
  return genotypeOf(rows.map((row) => operations[row.indexOf(Math.max(...row))]!));
}

/** The operations, and where edges have weights all edges. */
export const choices = (
  genotype: NasBench201Genotype,
  { matrices, operations }: NasBench201Space,
  { edgeNormalisation }: SupernetVariant,
): Choice[] => [
  ...edgeOperations(genotype).map((operation, row) => ({
    matrix: matrices[0]!.name,
    row,
    column: operations.indexOf(operation),
  })),
  ...(edgeNormalisation ? nasbench201Edges : []).map(({ from, to }) => ({
    matrix: edgeMatrixName(nasbench201EdgeTensor, to),
    row: 0,
    column: from,
  })),
];

/** Uniform over all cells. */
export const randomCell = (
  { matrices, operations }: NasBench201Space,
  draw: (below: number) => number,
): NasBench201Genotype => genotypeOf(matrices[0]!.rows.map(() => operations[draw(operations.length)]!));
