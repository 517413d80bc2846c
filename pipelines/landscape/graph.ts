/** The supernet's loss and accuracy at any point of the space of the alphas. */
import type { LandscapeConfig } from "../../src/config/landscape.ts";
import type { Images } from "../../src/data/dataset.ts";
import { slice } from "../../src/data/splits.ts";
import { projectMixing } from "../../src/search/perturbation.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { EvaluationInput } from "../stages/evaluate.ts";
import { type Pass, type RelaxedPass, relaxer, relaxInputs, type SearchProblem } from "../stages/problem.ts";
import type { Metrics, Stage } from "../stages/stage.ts";
import { supernetEvaluation } from "../stages/supernet_evaluate.ts";

/** A point [floats]: raw alphas, or mixing weights, which are brought onto the simplex as those of the mean shift. */
interface PointInput extends Pass, RelaxedPass {
  readonly state: Pick<SearchState, "weights" | "statistics" | "alphas" | "decisions">;
  readonly point: Float32Array;
}

/** The evaluation at a point. */
export function pointEvaluation(
  problem: SearchProblem,
  { around, statistics }: Pick<LandscapeConfig, "around" | "statistics">,
): Stage<PointInput & EvaluationInput, Metrics> {
  const { layout } = problem;
  const point = { shape: [layout.floats], feed: ({ point }: PointInput) => point };
  const inputs = { ...relaxInputs<PointInput>(problem), alphas: point };
  return supernetEvaluation<PointInput, typeof inputs>(problem, {
    inputs,
    mixing: (nodes) =>
      around === "alphas" ? relaxer(problem, nodes)(nodes.alphas) : projectMixing(nodes.alphas, layout),
    mode: statistics === "running" ? "eval" : "train",
  });
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
