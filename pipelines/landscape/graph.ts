/** The supernet's loss and accuracy at any point of the space of the alphas. */
import type { LandscapeConfig } from "../../src/config/landscape.ts";
import type { Images } from "../../src/data/dataset.ts";
import { slice } from "../../src/data/splits.ts";
import type { Node } from "../../src/graph/node.ts";
import { projectMixing } from "../../src/search/perturbation.ts";
import { alphaInput, relaxer, type SearchProblem } from "../stages/problem.ts";
import { supernetEvaluateGraph } from "../stages/supernet_evaluate.ts";

/**
 * The graph of an evaluation at the input `point` [floats]: raw alphas, which are softmaxed, or mixing weights, which
 * are brought onto the simplex as the mean shift's points are.
 */
export function landscapeGraph(
  problem: SearchProblem,
  { around, statistics }: Pick<LandscapeConfig, "around" | "statistics">,
): Record<string, Node> {
  const point = alphaInput(problem, "point");
  const mixing = around === "alphas"
    ? relaxer(problem, { chance: false })(point)
    : projectMixing(point, problem.layout);
  return supernetEvaluateGraph(problem, mixing, statistics === "running" ? "eval" : "train");
}

/** The images an evaluation takes; whole batches where BatchNorm looks at them. */
export function landscapeImages(
  validation: Images,
  batch: number,
  { images, statistics }: Pick<LandscapeConfig, "images" | "statistics">,
): Images {
  const count = Math.min(images || Infinity, validation.count);
  const whole = Math.max(batch, count - (count % batch));
  return slice(
    validation,
    0,
    statistics === "running" || whole > validation.count ? count : whole,
    validation.name,
  );
}
