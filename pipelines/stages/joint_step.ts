/** The joint step: weights and raw alphas descend the same loss, on a training batch. */
import type { SearchState } from "../../src/search/state.ts";
import { jointStep as jointStepNodes } from "../../src/search/step_graphs.ts";
import { searchAdvice } from "./advice.ts";
import { vectorNames } from "./finite.ts";
import {
  architectureSettings,
  type At,
  networkInputs,
  numberNodes,
  optimiserInputs,
  relaxInputs,
  type SearchProblem,
} from "./problem.ts";
import {
  batchInputs,
  batchNodes,
  dropInput,
  type HostBatch,
  lrInput,
  stateInput,
  type Step,
  step,
  stepKey,
} from "./stage.ts";

export interface JointInput extends At {
  readonly train: HostBatch;
}

export function jointStep(problem: SearchProblem): Step<SearchState, JointInput> {
  const { config, data, net, layout } = problem;
  return step({
    inputs: {
      ...networkInputs(problem, stepKey("joint noise")),
      ...relaxInputs(problem, stepKey("joint relaxation")),
      ...optimiserInputs(problem),
      velocity: stateInput("velocity", net.layout.parameterFloats),
      lr: lrInput,
      ...config.searchDropPath > 0 && { dropPath: dropInput(problem, stepKey("drop path")) },
      ...batchInputs(data, config.batch, "train", ({ train }: JointInput) => train),
    },
    graph: (nodes) =>
      jointStepNodes(
        net,
        { ...nodes, numbers: numberNodes(problem, nodes) },
        batchNodes(data, "train", nodes),
        { weights: config, alphas: architectureSettings(problem, nodes) },
      ),
    moves: ["weights", "velocity", "alphas", "alphaMean", "alphaVariance", "statistics"],
    watched: vectorNames,
    layouts: { weights: net.layout, alphas: layout },
    advice: searchAdvice(problem),
    batch: config.batch,
    count: ({ step, architectureSteps }: SearchState) => ({
      step: step + 1,
      architectureSteps: architectureSteps + 1,
    }),
  });
}
