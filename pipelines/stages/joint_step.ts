/** The joint step: weights and raw alphas go down the same loss, over a training batch. */
import type { SearchState } from "../../src/search/state.ts";
import { jointStep as jointStepNodes } from "../../src/search/step_graphs.ts";
import { searchAdvice } from "./advice.ts";
import { architectureSettings } from "./architecture_step.ts";
import { vectorNames } from "./finite.ts";
import {
  adamInputs,
  type At,
  dropInput,
  lrInput,
  networkInputs,
  networkNodes,
  relaxInputs,
  type SearchProblem,
  stateInput,
  weightKey,
} from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Step, step } from "./stage.ts";

export interface JointInput extends At {
  readonly train: HostBatch;
}

export function jointStep(problem: SearchProblem): Step<SearchState, JointInput> {
  const { config, data, net, layout } = problem;
  const keyOf = (use: string) => ({ state }: At) => weightKey(state, use);
  return step({
    inputs: {
      ...networkInputs(problem, keyOf("joint noise")),
      ...relaxInputs(problem, keyOf("joint relaxation")),
      ...adamInputs(problem),
      velocity: stateInput("velocity", net.layout.parameterFloats),
      lr: lrInput,
      ...config.searchDropPath > 0 && { dropPath: dropInput(problem, keyOf("drop path")) },
      ...batchInputs(data, config.batch, "train", ({ train }: JointInput) => train),
    },
    graph: (nodes) =>
      jointStepNodes(
        net,
        { ...nodes, numbers: networkNodes(problem).numbers },
        batchNodes(data, config.batch, "train"),
        { weights: config, alphas: architectureSettings(problem) },
      ),
    moves: ["weights", "velocity", "alphas", "alphaMean", "alphaVariance", "statistics"],
    watched: vectorNames,
    layouts: { weights: net.layout, alphas: layout },
    advice: searchAdvice(problem),
    batch: config.batch,
    advance: ({ step, architectureSteps }: SearchState) => ({
      step: step + 1,
      architectureSteps: architectureSteps + 1,
    }),
  });
}
