/**
 * A search space as data: which operations each edge of a cell chooses from. All spaces here share the DARTS
 * cell (`darts_cell.ts`), so the architecture parameters of a cell type are one [edges, operations] matrix.
 */
import type { OperationName } from "../nn/operation_names.ts";

export type CellType = "normal" | "reduce";
export const cellTypes = ["normal", "reduce"] as const satisfies readonly CellType[];

/** An edge of a cell, from node `from` to node `to`. Nodes 0 and 1 are the cell's inputs. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

export interface Space {
  /** As users write it. */
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Intermediate nodes of a cell; they are numbered from 2. */
  readonly nodes: number;
  /** In the order of the rows of the architecture parameters. */
  readonly edges: readonly Edge[];
  /** The operations of each edge, `candidates[cell][edge]`, in the order of the columns of its row. */
  readonly candidates: Readonly<Record<CellType, readonly (readonly OperationName[])[]>>;
}

/** Shape of one cell type's architecture parameters: [edges, operations per edge]. */
export function alphaShape(space: Space): readonly [number, number] {
  return [space.edges.length, space.candidates.normal[0]!.length];
}
