/** One training step of the network built from a genotype. */
import type { Program } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { fold } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import type { TrainingState } from "../../src/training/state.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { trainingAdvice } from "./advice.ts";
import { notFiniteOf, vectorsOf } from "./finite.ts";
import type { TrainingProblem } from "./training_problem.ts";
import { batchFeeds, batchNodes, type HostBatch, type Stage, summed } from "./stage.ts";

const watched = ["statistics", "weightGradient", "weights"] as const;

export function trainStepGraph({ config, data, net }: TrainingProblem): Record<string, Node> {
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    lr: input("lr", [1]),
    dropPath: config.dropPath > 0 ? input("dropPath", [net.dropPaths, config.batch]) : undefined,
  };
  const step = trainingStep(net, nodes, batchNodes(data, config.batch, "train"), config);
  const { weights, velocity, statistics } = step;
  return {
    ...{ weights, velocity, statistics },
    ...summed(step, config.batch),
    notFinite: notFiniteOf(step, watched),
  };
}

/** A training batch and what the schedules say of this step. */
export interface TrainInput {
  readonly train: HostBatch;
  readonly lr: number;
  /** Probability of dropping an operation. */
  readonly drop: number;
}

export function trainStep(
  problem: TrainingProblem,
  program: Program,
): Stage<TrainingState, TrainInput> {
  const { config, net } = problem;
  const vectors = vectorsOf(watched, { weights: net.layout }, trainingAdvice(problem));
  return (state, { train, lr, drop }) => {
    const { loss, correct, notFinite, ...next } = program.run<
      "weights" | "velocity" | "statistics" | "loss" | "correct" | "notFinite"
    >({
      ...state,
      lr: Float32Array.of(lr),
      noiseKey: Uint32Array.from(fold(fold(state.key, "noise"), state.step)),
      ...(config.dropPath > 0 &&
        {
          dropPath: dropPathScales(
            fold(fold(state.key, "drop path"), state.step),
            net.dropPaths,
            config.batch,
            drop,
          ),
        }),
      ...batchFeeds("train", train),
    });
    return [{ ...state, ...next, step: state.step + 1 }, { loss, correct, notFinite, vectors }];
  };
}
