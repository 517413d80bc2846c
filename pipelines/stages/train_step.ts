/** One training step of the network built from a genotype. */
import { fold } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import type { TrainingState } from "../../src/training/state.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { trainingAdvice } from "./advice.ts";
import type { TrainingProblem } from "./training_problem.ts";
import { batchInputs, batchNodes, type HostBatch, keyInput, type Step, step } from "./stage.ts";

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
  const stepKey = ({ key, step }: TrainingState, use: string) => fold(fold(key, use), step);
  const vector = (name: "weights" | "velocity" | "statistics", floats: number) => ({
    shape: [floats],
    feed: ({ state }: Given) => state[name],
  });
  return step({
    inputs: {
      weights: vector("weights", net.layout.parameterFloats),
      velocity: vector("velocity", net.layout.parameterFloats),
      statistics: vector("statistics", net.layout.statisticsFloats),
      noiseKey: keyInput(({ state }: Given) => stepKey(state, "noise")),
      lr: { shape: [1], feed: ({ lr }: Given) => Float32Array.of(lr) },
      ...config.dropPath > 0 && {
        dropPath: {
          shape: [net.dropPaths, config.batch],
          feed: ({ state, drop }: Given) =>
            dropPathScales(stepKey(state, "drop path"), net.dropPaths, config.batch, drop),
        },
      },
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
