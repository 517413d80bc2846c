/** One training step of the network built from a genotype. */
import type { TrainingState } from "../../src/training/state.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { trainingAdvice } from "./advice.ts";
import type { TrainingProblem } from "./training_problem.ts";
import {
  batchInputs,
  batchNodes,
  dropInput,
  type HostBatch,
  keyInput,
  lrInput,
  stateInput,
  type Step,
  step,
  stepKey,
} from "./stage.ts";

/** A training batch and what the schedules say of this step. */
export interface TrainInput {
  readonly train: HostBatch;
  readonly lr: number;
  /** Probability of dropping an operation. */
  readonly drop: number;
}

type Given = TrainInput & { readonly state: TrainingState };

export function trainStep(problem: TrainingProblem): Step<TrainingState, TrainInput> {
  const { config, data, net } = problem;
  return step({
    inputs: {
      weights: stateInput("weights", net.layout.parameterFloats),
      velocity: stateInput("velocity", net.layout.parameterFloats),
      statistics: stateInput("statistics", net.layout.statisticsFloats),
      noiseKey: keyInput(stepKey("noise")),
      lr: lrInput,
      ...config.dropPath > 0 && { dropPath: dropInput(problem, stepKey("drop path")) },
      ...batchInputs(data, config.batch, "train", ({ train }: Given) => train),
    },
    graph: (nodes) => trainingStep(net, nodes, batchNodes(data, "train", nodes), config),
    moves: ["weights", "velocity", "statistics"],
    watched: ["statistics", "weightGradient", "weights"],
    layouts: { weights: net.layout },
    advice: trainingAdvice(problem),
    batch: config.batch,
    count: ({ step }: TrainingState) => ({ step: step + 1 }),
  });
}
