/**
 * The DARTS cell and how cells are stacked: two inputs (the outputs of the two cells before), four nodes that
 * sum over all earlier nodes, and an output that concatenates the four. Source: Liu et al., DARTS, ICLR 2019.
 */
import type { OperationName } from "../nn/operation_names.ts";
import { papers, type Source } from "../papers.ts";
import type { AlphaMatrix, SpaceData } from "./space_data.ts";
import { startsStack } from "./stack.ts";

/** The two cells of a network: one keeps the size of images, the other halves it. */
export type CellType = "normal" | "reduce";
/** Both, in the order of files. */
export const cellTypes = ["normal", "reduce"] as const satisfies readonly CellType[];

/** In words. */
export const cellTitles: Readonly<Record<CellType, string>> = {
  normal: "Normal cell",
  reduce: "Reduction cell",
};

/** The tensors that PyTorch code has a cell's edge weights in, where a method gives edges weights. */
export const edgeTensors: Readonly<Record<CellType, string>> = {
  normal: "betas_normal",
  reduce: "betas_reduce",
};

/** An edge of a cell, from node `from` to node `to`. Nodes 0 and 1 are the cell's inputs. */
export interface Edge {
  /** The state that it reads. */
  readonly from: number;
  /** The node that adds it up, from 2 on. */
  readonly to: number;
}

/** The operations of each edge, `candidates[cell][edge]`, in the order of the columns of its row. */
export type Candidates = Readonly<Record<CellType, readonly (readonly OperationName[])[]>>;

/** A space of DARTS cells: one matrix of architecture parameters a cell type, one row an edge. */
export interface DartsSpace extends SpaceData {
  /** Tells the kinds of space apart. */
  readonly kind: "darts";
  /** Intermediate nodes of a cell; they are numbered from 2. */
  readonly nodes: number;
  /** In the order of the rows of the architecture parameters. */
  readonly edges: readonly Edge[];
  /** What each edge chooses between. */
  readonly candidates: Candidates;
}

/** Edges that each node of a discretized cell keeps. */
export const inputsKept = 2;

/** Rows of the edges into each node, by node. */
export const rowsInto = ({ edges }: Pick<DartsSpace, "edges">): Map<number, number[]> =>
  Map.groupBy(edges.keys(), (row) => edges[row]!.to);

/** Intermediate nodes of a cell. */
const cellNodes = 4;

/** The 14 edges: node by node, and within a node by predecessor. */
const cellEdges: readonly Edge[] = Array.from({ length: cellNodes }, (_, i) => i + 2)
  .flatMap((to) => Array.from({ length: to }, (_, from) => ({ from, to })));

/** An input or a node in the papers' names: "k−2" is the input c_{k-2}, "0" the first node. */
export const stateName = (state: number): string => ["k−2", "k−1"][state] ?? String(state - 2);

/** An edge in the papers' names: "k−2 → 0". */
const edgeName = ({ from, to }: Edge): string => `${stateName(from)} → ${stateName(to)}`;

/** A space with operations of its own on every edge. */
export function dartsSpace(
  name: string,
  summary: string,
  candidates: Candidates,
  source: Source = papers.darts,
): DartsSpace {
  const matrices = cellTypes.map((cell): AlphaMatrix => ({
    name: cell,
    title: cellTitles[cell],
    rows: cellEdges.map((edge, e) => ({ name: edgeName(edge), choices: candidates[cell][e]! })),
  }));
  return {
    kind: "darts",
    name,
    summary,
    source,
    layers: 8,
    matrices,
    nodes: cellNodes,
    edges: cellEdges,
    candidates,
  };
}

/** A space whose edges all choose from the same operations. */
export function uniformSpace(
  name: string,
  summary: string,
  operations: readonly OperationName[],
  source?: Source,
): DartsSpace {
  const rows = cellEdges.map(() => operations);
  return dartsSpace(name, summary, { normal: rows, reduce: rows }, source);
}

/** Only edges that leave an input of a reduction cell stride: everything behind them is already small. */
export const edgeStride = (cell: CellType, from: number): 1 | 2 => cell === "reduce" && from < 2 ? 2 : 1;

/** One cell of a stack. */
export interface StackedCell {
  /** Which of the two cells it is. */
  readonly type: CellType;
  /** Channels of each of its nodes. */
  readonly channels: number;
  /** Whether the cell before halved the image, so that input 0 is twice as large as input 1. */
  readonly afterReduction: boolean;
}

/** The stack of `layers` cells: reductions at one and two thirds, each doubling the channels. */
export function stackCells(layers: number, channels: number): StackedCell[] {
  const cells: StackedCell[] = [];
  let width = channels;
  for (let layer = 0; layer < layers; layer++) {
    const reduces = startsStack(layer, layers);
    if (reduces) width *= 2;
    const afterReduction = cells.at(-1)?.type === "reduce";
    cells.push({ type: reduces ? "reduce" : "normal", channels: width, afterReduction });
  }
  return cells;
}

/** The cell whose output the auxiliary head reads: the second reduction. */
export const auxiliaryCell = (layers: number): number => Math.floor((2 * layers) / 3);
