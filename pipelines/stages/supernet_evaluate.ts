/** Evaluation of the supernet at a mixing vector. */
import type { Node } from "../../src/graph/node.ts";
import type { Mode } from "../../src/nn/scope.ts";
import { evaluation, type EvaluationInput, evaluationKey } from "./evaluate.ts";
import { networkInputs, numberNodes, type Pass, type SearchProblem } from "./problem.ts";
import type { Input, Inputs, Metrics, NodesOf, Stage } from "./stage.ts";

/** @param mode `train` normalises by each batch's own statistics */
export const supernetEvaluation = <Given extends Pass, I extends Inputs<Given>>(
  problem: SearchProblem,
  { inputs, mixing, mode = "eval" }: {
    /** Of the mixing vector. */
    readonly inputs: I;
    readonly mixing: (nodes: NodesOf<I>) => Node;
    readonly mode?: Mode;
  },
): Stage<Given & EvaluationInput, Metrics> =>
  evaluation(problem.data, problem.config.batch, {
    inputs: { ...inputs, ...networkInputs<Given>(problem, evaluationKey) },
    logits: (images, { weights, ...nodes }) =>
      problem.net.build({
        ...nodes,
        images,
        parameters: weights,
        numbers: numberNodes(problem, nodes),
        mode,
        mixing: mixing(nodes as NodesOf<I>),
      }).logits,
  });

/** At a mixing vector that is given. */
export const mixedEvaluation = (problem: SearchProblem) =>
  supernetEvaluation<Mixed, { mixing: Input<Mixed> }>(problem, {
    inputs: { mixing: { shape: [problem.layout.floats], feed: ({ mixing }) => mixing } },
    mixing: ({ mixing }) => mixing,
  });

interface Mixed extends Pass {
  readonly mixing: Float32Array;
}
