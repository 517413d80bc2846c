/** The architecture step of the supernet: Adam on the raw alphas, over a search batch (MS-DARTS algorithm 2, 1). */
import type { Program } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { adamSchedule, type AdamSettings } from "../../src/optim/adam.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { architectureStep } from "../../src/search/step_graphs.ts";
import { alphaInput, networkInputs, type SearchProblem } from "./problem.ts";
import { batchFeeds, batchNodes, type HostBatch, type Stage, summed } from "./stage.ts";

/** DARTS' Adam for the alphas. */
const adamOf = ({ config }: SearchProblem): AdamSettings => ({
  beta1: 0.5,
  beta2: 0.999,
  weightDecay: config.archWeightDecay,
});

export function supernetStepGraph(problem: SearchProblem): Record<string, Node> {
  const { config, data, net } = problem;
  const nodes = {
    ...networkInputs(problem),
    alphas: alphaInput(problem, "alphas"),
    mean: alphaInput(problem, "alphaMean"),
    variance: alphaInput(problem, "alphaVariance"),
    schedule: input("schedule", [2]),
  };
  const step = architectureStep(net, nodes, batchNodes(data, config.batch, "valid"), adamOf(problem));
  return {
    alphas: step.alphas,
    alphaMean: step.mean,
    alphaVariance: step.variance,
    statistics: step.statistics,
    ...summed(step, config.batch),
  };
}

export function supernetStep(problem: SearchProblem, program: Program): Stage<SearchState, HostBatch> {
  return (state, batch) => {
    const architectureSteps = state.architectureSteps + 1;
    const { loss, correct, ...next } = program.run<
      "alphas" | "alphaMean" | "alphaVariance" | "statistics" | "loss" | "correct"
    >({
      ...state,
      schedule: adamSchedule(problem.config.archLr, architectureSteps, adamOf(problem)),
      noiseKey: Uint32Array.from(fold(fold(state.key, "architecture noise"), architectureSteps)),
      ...batchFeeds("valid", batch),
    });
    return [{ ...state, ...next, architectureSteps }, { loss, correct }];
  };
}
