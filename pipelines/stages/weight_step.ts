/** The weight step of the supernet: SGD at a mixing vector, over a training batch (MS-DARTS algorithm 2, 3). */
import type { DeviceTensor, Program } from "../../src/gpu/mod.ts";
import type { Node, Shape } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { weightStep as weightStepNodes } from "../../src/search/step_graphs.ts";
import { searchAdvice } from "./advice.ts";
import { notFiniteOf, vectorsOf } from "./finite.ts";
import {
  dropFeeds,
  dropInput,
  networkInputs,
  numberFeeds,
  type Numbers,
  type SearchProblem,
} from "./problem.ts";
import { batchFeeds, batchNodes, type HostBatch, type Stage, summed } from "./stage.ts";

const watched = ["statistics", "weightGradient", "weights"] as const;

/** @param mixing shape of the mixing vector: as the perturbation gives it */
export function weightStepGraph(
  problem: SearchProblem,
  mixing: Shape = [problem.layout.floats],
): Record<string, Node> {
  const { config, data, net } = problem;
  const nodes = {
    ...networkInputs(problem),
    velocity: input("velocity", [net.layout.parameterFloats]),
    mixing: input("mixing", mixing),
    lr: input("lr", [1]),
    dropPath: dropInput(problem, "dropPath"),
  };
  const step = weightStepNodes(net, nodes, batchNodes(data, config.batch, "train"), config);
  const { weights, velocity, statistics } = step;
  return {
    ...{ weights, velocity, statistics },
    ...summed(step, config.batch),
    notFinite: notFiniteOf(step, watched),
  };
}

/** A training batch, the mixing vector of this step and its learning rate. */
export interface WeightInput {
  readonly train: HostBatch;
  readonly mixing: DeviceTensor | Float32Array;
  readonly lr: number;
  readonly numbers: Numbers;
  /** Probability of dropping an edge. */
  readonly drop: number;
}

export function weightStep(problem: SearchProblem, program: Program): Stage<SearchState, WeightInput> {
  const vectors = vectorsOf(watched, { weights: problem.net.layout }, searchAdvice(problem));
  return (state, { train, mixing, lr, drop, numbers }) => {
    const { loss, correct, notFinite, ...next } = program.run<
      "weights" | "velocity" | "statistics" | "loss" | "correct" | "notFinite"
    >({
      ...state,
      mixing,
      lr: Float32Array.of(lr),
      ...numberFeeds(numbers),
      noiseKey: Uint32Array.from(fold(fold(state.key, "weight noise"), state.step)),
      ...dropFeeds(problem, "dropPath", fold(fold(state.key, "drop path"), state.step), drop),
      ...batchFeeds("train", train),
    });
    return [{ ...state, ...next, step: state.step + 1 }, { loss, correct, notFinite, vectors }];
  };
}
