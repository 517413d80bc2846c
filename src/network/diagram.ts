/** A found cell as a drawing sees it: states, and the operations between them or on them. */
import type { OperationName } from "../nn/operation_names.ts";

/** An arrow into a node. */
export interface DiagramEdge {
  /** Absent where the edge only passes its state on. */
  readonly operation?: OperationName;
  /** The state it reads: inputs come first, then the nodes. */
  readonly from: number;
}

/** A node adds its edges. */
export interface DiagramNode {
  /** As papers number it, from 0. */
  readonly name: string;
  /** What it does to their sum; nothing when left out. */
  readonly operation?: OperationName;
  /** What it adds up. */
  readonly edges: readonly DiagramEdge[];
}

/** What leaves a cell. */
export interface DiagramOutput {
  /** Of the state that it becomes: `c_{k}`. */
  readonly name: string;
  /** The states that are concatenated, or the one that it is. */
  readonly from: readonly number[];
  /** States that are added to these. */
  readonly added?: readonly number[];
}

/** A cell, ready to be drawn: `cellFigure` makes SVG of it. */
export interface CellDiagram {
  /** For files and ids: `normal`. */
  readonly name: string;
  /** For people: "Normal cell". */
  readonly title: string;
  /** Names of the states a cell starts from: `c_{k-2}`. */
  readonly inputs: readonly string[];
  /** In order. */
  readonly nodes: readonly DiagramNode[];
  /** What the cell hands on. */
  readonly output: DiagramOutput;
  /** A sentence about the cell; empty where there is nothing to say. */
  readonly note: string;
}
