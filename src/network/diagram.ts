/** A found cell as a drawing sees it: states, and the operations between them or on them. */
import type { OperationName } from "../nn/operation_names.ts";

export interface DiagramEdge {
  /** Absent where the edge only passes its state on. */
  readonly operation?: OperationName;
  /** The state it reads: inputs come first, then the nodes. */
  readonly from: number;
}

/** A node adds its edges. */
export interface DiagramNode {
  readonly name: string;
  /** What it does to their sum; nothing when left out. */
  readonly operation?: OperationName;
  readonly edges: readonly DiagramEdge[];
}

/** What leaves a cell. */
export interface DiagramOutput {
  readonly name: string;
  /** The states that are concatenated, or the one that it is. */
  readonly from: readonly number[];
  /** States that are added to these. */
  readonly added?: readonly number[];
}

export interface CellDiagram {
  /** For files and ids: `normal`. */
  readonly name: string;
  /** For people: "Normal cell". */
  readonly title: string;
  /** Names of the states a cell starts from: `c_{k-2}`. */
  readonly inputs: readonly string[];
  /** In order. */
  readonly nodes: readonly DiagramNode[];
  readonly output: DiagramOutput;
  /** A sentence about the cell; empty where there is nothing to say. */
  readonly note: string;
}
