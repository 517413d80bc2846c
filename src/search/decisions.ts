/**
 * Rows of the alphas that a search has decided for good, before it ends: such a row has fixed mixing weights and its
 * alphas rest. Pure functions; a state carries the decisions, the graphs read them as two vectors.
 */
import type { Node } from "../graph/node.ts";
import { add, mul } from "../graph/ops/mod.ts";
import type { AlphaLayout, AlphaRows } from "../network/alphas.ts";

/** What is decided of a row: nothing yet, the number of the column that has all the weight, or that no column has any. */
export type Decision = "open" | "empty" | number;

/** By matrix, one for each row; all rows of a matrix that is not there are open. */
export type Decisions = Readonly<Record<string, readonly Decision[]>>;

/** The decisions as vectors [floats] of the alphas' layout. */
export interface DecisionVectors<T> {
  /** One for the alphas of open rows, zero for those of decided rows. */
  readonly free: T;
  /** The mixing weights of decided rows, zero in open rows. */
  readonly fixed: T;
}

export function decisionVectors(
  decisions: Decisions,
  { matrices, floats }: AlphaLayout,
): DecisionVectors<Float32Array> {
  const free = new Float32Array(floats).fill(1);
  const fixed = new Float32Array(floats);
  for (const { name, offset, shape: [, columns] } of matrices) {
    decisions[name]?.forEach((decision, r) => {
      if (decision === "open") return;
      const start = offset + r * columns;
      free.fill(0, start, start + columns);
      if (decision !== "empty") fixed[start + decision] = 1;
    });
  }
  return { free, fixed };
}

/** A mixing vector [floats] with the decided rows in their places. */
export const decidedMixing = (mixing: Node, { free, fixed }: DecisionVectors<Node>): Node =>
  add(mul(mixing, free), fixed);

/** Relaxed rows on the host, with the decided ones in their places. */
export const decidedRows = (rows: AlphaRows, decisions: Decisions): AlphaRows =>
  Object.fromEntries(
    Object.entries(rows).map(([name, matrix]) => [
      name,
      matrix.map((row, r) => {
        const decision = decisions[name]?.[r] ?? "open";
        return decision === "open" ? row : row.map((_, k) => Number(k === decision));
      }),
    ]),
  );
