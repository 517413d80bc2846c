/**
 * The DARTS cell and how cells are stacked: two inputs (the outputs of the two cells before), four nodes that
 * sum over all earlier nodes, and an output that concatenates the four. Source: Liu et al., DARTS, ICLR 2019.
 */
import type { OperationName } from "../nn/operation_names.ts";
import type { CellType, Edge, Space } from "./space.ts";

/** Intermediate nodes of a cell. */
export const cellNodes = 4;

/** The 14 edges: node by node, and within a node by predecessor. */
export const cellEdges: readonly Edge[] = Array.from({ length: cellNodes }, (_, i) => i + 2)
  .flatMap((to) => Array.from({ length: to }, (_, from) => ({ from, to })));

/** A space whose edges all choose from the same operations. */
export function uniformSpace(name: string, summary: string, operations: readonly OperationName[]): Space {
  const rows = cellEdges.map(() => operations);
  return { name, summary, nodes: cellNodes, edges: cellEdges, candidates: { normal: rows, reduce: rows } };
}

/** Only edges that leave an input of a reduction cell stride: everything behind them is already small. */
export const edgeStride = (cell: CellType, from: number): 1 | 2 => cell === "reduce" && from < 2 ? 2 : 1;

/** One cell of a stack. */
export interface StackedCell {
  readonly type: CellType;
  /** Channels of each of its nodes. */
  readonly channels: number;
  /** Whether the cell before halved the image, so that input 0 is twice as large as input 1. */
  readonly afterReduction: boolean;
}

/** The stack of `layers` cells: reductions at one and two thirds, each doubling the channels. */
export function stackCells(layers: number, channels: number): StackedCell[] {
  const reductions = [Math.floor(layers / 3), Math.floor((2 * layers) / 3)];
  const cells: StackedCell[] = [];
  let width = channels;
  for (let layer = 0; layer < layers; layer++) {
    const reduces = reductions.includes(layer);
    if (reduces) width *= 2;
    const afterReduction = cells.at(-1)?.type === "reduce";
    cells.push({ type: reduces ? "reduce" : "normal", channels: width, afterReduction });
  }
  return cells;
}

/** The cell whose output the auxiliary head reads: the second reduction. */
export const auxiliaryCell = (layers: number): number => Math.floor((2 * layers) / 3);
