/**
 * The architecture step of the supernet: Adam on the raw alphas, over a search batch (MS-DARTS algorithm 2, 1), of
 * first or second order.
 */
import type { Program } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { adamSchedule, type AdamSettings } from "../../src/optim/adam.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { type ArchitectureSettings, architectureStep } from "../../src/search/step_graphs.ts";
import { unrolledStep } from "../../src/search/unrolled.ts";
import { searchAdvice } from "./advice.ts";
import { notFiniteOf, vectorsOf } from "./finite.ts";
import {
  alphaInput,
  decidedInputs,
  decisionFeeds,
  dropFeeds,
  dropInput,
  networkInputs,
  numberFeeds,
  type Numbers,
  relaxContext,
  relaxer,
  relaxFeeds,
  type SearchProblem,
} from "./problem.ts";
import { batchFeeds, batchNodes, type HostBatch, type Stage, summed } from "./stage.ts";

export const adamOf = ({ config, method }: SearchProblem): AdamSettings => ({
  ...method.adam,
  weightDecay: config.archWeightDecay,
});

/** How the method moves the alphas. */
export const architectureSettings = (problem: SearchProblem): ArchitectureSettings => {
  const { config, method } = problem;
  return {
    adam: adamOf(problem),
    relax: relaxer(problem, { chance: true }),
    clip: method.alphaClip?.(config),
    free: decidedInputs(problem)?.free,
    penalty: method.penalty && ((alphas) => method.penalty!(config, relaxContext(problem, alphas, true))),
  };
};

const watched = ["statistics", "alphaGradient", "alphaVariance", "alphas"] as const;

export function supernetStepGraph(problem: SearchProblem): Record<string, Node> {
  const { config, data, net } = problem;
  const nodes = {
    ...networkInputs(problem),
    alphas: alphaInput(problem, "alphas"),
    mean: alphaInput(problem, "alphaMean"),
    variance: alphaInput(problem, "alphaVariance"),
    schedule: input("schedule", [2]),
  };
  const valid = batchNodes(data, config.batch, "valid");
  const step = config.order === 1
    ? architectureStep(
      net,
      { ...nodes, dropPath: dropInput(problem, "dropPath") },
      valid,
      architectureSettings(problem),
    )
    : unrolledStep(
      net,
      {
        ...nodes,
        velocity: input("velocity", [net.layout.parameterFloats]),
        lr: input("lr", [1]),
        dropPath: dropInput(problem, "trainDropPath"),
        noiseKey: input("trainNoiseKey", [2], "u32"),
        searchChance: { dropPath: dropInput(problem, "dropPath"), noiseKey: nodes.noiseKey },
      },
      { train: batchNodes(data, config.batch, "train"), valid },
      { ...config, unrolling: config.unrolled, ...architectureSettings(problem) },
    );
  return {
    alphas: step.alphas,
    alphaMean: step.mean,
    alphaVariance: step.variance,
    statistics: step.statistics,
    ...summed(step, config.batch),
    notFinite: notFiniteOf({ ...step, alphaVariance: step.variance }, watched),
  };
}

/** A search batch; the second order also looks at the training batch and at the weights' learning rate. */
export interface ArchitectureInput {
  readonly train: HostBatch;
  readonly valid: HostBatch;
  readonly lr: number;
  readonly numbers: Numbers;
  /** Probability of dropping an edge. */
  readonly drop: number;
}

export function supernetStep(
  problem: SearchProblem,
  program: Program,
): Stage<SearchState, ArchitectureInput> {
  const vectors = vectorsOf(
    watched,
    { weights: problem.net.layout, alphas: problem.layout },
    searchAdvice(problem),
  );
  return (state, { train, valid, lr, drop, numbers }) => {
    const architectureSteps = state.architectureSteps + 1;
    const keyOf = (use: string) => fold(fold(state.key, use), architectureSteps);
    const { loss, correct, notFinite, ...next } = program.run<
      "alphas" | "alphaMean" | "alphaVariance" | "statistics" | "loss" | "correct" | "notFinite"
    >({
      ...state,
      schedule: adamSchedule(problem.config.archLr, architectureSteps, adamOf(problem)),
      lr: Float32Array.of(lr),
      ...numberFeeds(numbers),
      ...decisionFeeds(problem, state),
      ...relaxFeeds(keyOf("architecture relaxation")),
      noiseKey: Uint32Array.from(keyOf("architecture noise")),
      trainNoiseKey: Uint32Array.from(keyOf("unrolled noise")),
      ...dropFeeds(problem, "dropPath", keyOf("architecture drop path"), drop),
      ...dropFeeds(problem, "trainDropPath", keyOf("unrolled drop path"), drop),
      ...batchFeeds("train", train),
      ...batchFeeds("valid", valid),
    });
    return [{ ...state, ...next, architectureSteps }, { loss, correct, notFinite, vectors }];
  };
}
