/** A found cell as a drawing sees it: states, and the operations between them. */
import type { OperationName } from "../nn/operation_names.ts";

export interface DiagramEdge {
  readonly operation: OperationName;
  /** The state it reads: inputs come first, then the nodes. */
  readonly from: number;
}

export interface CellDiagram {
  /** For files and ids: `normal`. */
  readonly name: string;
  /** For people: "Normal cell". */
  readonly title: string;
  /** Names of the states a cell starts from: `c_{k-2}`. */
  readonly inputs: readonly string[];
  /** In order; each adds its edges. */
  readonly nodes: readonly { readonly name: string; readonly edges: readonly DiagramEdge[] }[];
  /** What leaves the cell: the states that are concatenated, or the one that it is. */
  readonly output: { readonly name: string; readonly from: readonly number[] };
  /** A sentence about the cell; empty where there is nothing to say. */
  readonly note: string;
}
