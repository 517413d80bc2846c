/** The joint step of the supernet: weights and raw alphas go down the same loss, over a training batch. */
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { adamSchedule } from "../../src/optim/adam.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { jointStep as jointStepNodes } from "../../src/search/step_graphs.ts";
import { searchAdvice } from "./advice.ts";
import { notFiniteOf, vectorNames, vectorsOf } from "./finite.ts";
import {
  alphaInput,
  decisionFeeds,
  dropFeeds,
  dropInput,
  networkInputs,
  numberFeeds,
  type Numbers,
  relaxFeeds,
  type SearchProblem,
} from "./problem.ts";
import { batchFeeds, batchNodes, type HostBatch, type Stage, summed } from "./stage.ts";
import { adamOf, architectureSettings } from "./architecture_step.ts";

export function jointStepGraph(problem: SearchProblem): Record<string, Node> {
  const { config, data, net } = problem;
  const nodes = {
    ...networkInputs(problem),
    velocity: input("velocity", [net.layout.parameterFloats]),
    lr: input("lr", [1]),
    alphas: alphaInput(problem, "alphas"),
    mean: alphaInput(problem, "alphaMean"),
    variance: alphaInput(problem, "alphaVariance"),
    schedule: input("schedule", [2]),
    dropPath: dropInput(problem, "dropPath"),
  };
  const step = jointStepNodes(net, nodes, batchNodes(data, config.batch, "train"), {
    weights: config,
    alphas: architectureSettings(problem),
  });
  const { weights, velocity, alphas, mean, variance, statistics } = step;
  return {
    ...{ weights, velocity, alphas, alphaMean: mean, alphaVariance: variance, statistics },
    ...summed(step, config.batch),
    notFinite: notFiniteOf({ ...step, alphaVariance: variance }, vectorNames),
  };
}

export interface JointInput {
  readonly train: HostBatch;
  readonly lr: number;
  readonly numbers: Numbers;
  /** Probability of dropping an edge. */
  readonly drop: number;
  /** Whether the alphas rest: only the weights move. */
  readonly resting: boolean;
}

export function jointStep(
  runner: Runner,
  problem: SearchProblem,
  program: Program,
): Stage<SearchState, JointInput> {
  const vectors = vectorsOf(
    vectorNames,
    { weights: problem.net.layout, alphas: problem.layout },
    searchAdvice(problem),
  );
  return (state, { train, lr, drop, numbers, resting }) => {
    const architectureSteps = state.architectureSteps + 1;
    const keyOf = (use: string) => fold(fold(state.key, use), state.step);
    const { loss, correct, notFinite, alphas, alphaMean, alphaVariance, ...next } = program.run<
      | ("weights" | "velocity" | "statistics" | "alphas" | "alphaMean" | "alphaVariance")
      | ("loss" | "correct" | "notFinite")
    >({
      ...state,
      lr: Float32Array.of(lr),
      schedule: adamSchedule(problem.config.archLr, architectureSteps, adamOf(problem)),
      ...numberFeeds(numbers),
      ...decisionFeeds(problem, state),
      ...relaxFeeds(keyOf("joint relaxation")),
      noiseKey: Uint32Array.from(keyOf("joint noise")),
      ...dropFeeds(problem, "dropPath", keyOf("drop path"), drop),
      ...batchFeeds("train", train),
    });
    const trained = { ...state, ...next, step: state.step + 1 };
    const metrics = { loss, correct, notFinite, vectors };
    if (!resting) return [{ ...trained, alphas, alphaMean, alphaVariance, architectureSteps }, metrics];
    runner.tensors.release(alphas, alphaMean, alphaVariance);
    return [trained, metrics];
  };
}
