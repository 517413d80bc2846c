/** The weight step: SGD at a mixing vector, over a training batch (MS-DARTS algorithm 2, 3). */
import type { DeviceTensor } from "../../src/gpu/mod.ts";
import type { Shape } from "../../src/graph/node.ts";
import type { SearchState } from "../../src/search/state.ts";
import { weightStep as weightStepNodes } from "../../src/search/step_graphs.ts";
import { searchAdvice } from "./advice.ts";
import { type At, networkInputs, numberNodes, type SearchProblem } from "./problem.ts";
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

/** A training batch and the mixing vector of this step. */
export interface WeightInput extends At {
  readonly train: HostBatch;
  readonly mixing: DeviceTensor | Float32Array;
}

/** @param mixing shape of the mixing vector: as the perturbation gives it */
export function weightStep(
  problem: SearchProblem,
  mixing: Shape = [problem.layout.floats],
): Step<SearchState, WeightInput> {
  const { config, data, net, method } = problem;
  return step({
    inputs: {
      ...networkInputs(problem, stepKey("weight noise")),
      velocity: stateInput("velocity", net.layout.parameterFloats),
      mixing: { shape: mixing, feed: (given: WeightInput) => given.mixing },
      lr: lrInput,
      ...config.searchDropPath > 0 && {
        dropPath: dropInput(problem, stepKey("drop path")),
      },
      ...batchInputs(data, config.batch, "train", ({ train }: WeightInput) => train),
    },
    graph: (nodes) => {
      const numbers = numberNodes(problem, nodes);
      return weightStepNodes(net, { ...nodes, numbers }, batchNodes(data, "train", nodes), {
        ...config,
        penalty: method.weightPenalty &&
          ((trained) => method.weightPenalty!(config, { ...trained, net, numbers })),
      });
    },
    moves: ["weights", "velocity", "statistics"],
    watched: ["statistics", "weightGradient", "weights"],
    layouts: { weights: net.layout },
    advice: searchAdvice(problem),
    batch: config.batch,
    count: ({ step }: SearchState) => ({ step: step + 1 }),
  });
}
