/** Evaluation of the supernet without a part of it, each batch normalised by its own statistics (DARTS-PT). */
import type { Removal } from "../../src/methods/mod.ts";
import { mul } from "../../src/graph/ops/mod.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { type Pass, type RelaxedPass, relaxer, relaxInputs, type SearchProblem } from "./problem.ts";
import { supernetEvaluation } from "./supernet_evaluate.ts";

/** A state, and what is left out of its supernet. */
interface RemovalInput extends Pass {
  readonly state: Pass["state"] & RelaxedPass["state"];
  readonly removal: Removal;
}

/** One for the mixing weights that stay, zero for those of the part: [floats]. */
function keptWeights(
  { matrix, row, column }: Removal,
  { matrices, floats }: AlphaLayout,
): Float32Array {
  const { offset, shape: [, columns] } = matrices.find(({ name }) => name === matrix)!;
  const start = offset + row * columns;
  const [from, to] = column === undefined ? [start, start + columns] : [start + column, start + column + 1];
  return new Float32Array(floats).fill(1).fill(0, from, to);
}

/** The mixing weights that stay are not scaled up to a sum of one. */
export function evaluationWithout(problem: SearchProblem) {
  const { layout } = problem;
  const inputs = {
    ...relaxInputs<RemovalInput>(problem),
    kept: { shape: [layout.floats], feed: ({ removal }: RemovalInput) => keptWeights(removal, layout) },
  };
  return supernetEvaluation<RemovalInput, typeof inputs>(problem, {
    inputs,
    mixing: (nodes) => mul(relaxer(problem, nodes)(nodes.alphas), nodes.kept),
    mode: "train",
  });
}
