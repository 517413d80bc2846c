/** Evaluation of the supernet at one mixing vector. */
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import type { Mode } from "../../src/nn/scope.ts";
import { evaluateGraph } from "./evaluate.ts";
import { networkNodes, type SearchProblem } from "./problem.ts";

/** @param mode `train` normalises by each batch's own statistics */
export function supernetEvaluateGraph(
  problem: SearchProblem,
  mixing: Node,
  mode: Mode = "eval",
): Record<string, Node> {
  const { config, data, net } = problem;
  const { numbers } = networkNodes(problem);
  return evaluateGraph(
    data,
    net.layout,
    config.batch,
    ({ weights, ...nodes }) => net.build({ ...nodes, parameters: weights, numbers, mode, mixing }).logits,
  );
}

/** At whatever mixing vector is fed as `mixing`. */
export const mixedEvaluateGraph = (problem: SearchProblem): Record<string, Node> =>
  supernetEvaluateGraph(problem, input("mixing", [problem.layout.floats]));
