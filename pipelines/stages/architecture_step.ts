/**
 * The architecture step: Adam on the raw alphas, over a search batch (MS-DARTS algorithm 2, 1), of first or second
 * order.
 */
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import {
  type ArchitectureSettings,
  architectureStep as architectureStepNodes,
} from "../../src/search/step_graphs.ts";
import { unrolledStep } from "../../src/search/unrolled.ts";
import { searchAdvice } from "./advice.ts";
import {
  adamInputs,
  adamOf,
  type At,
  decidedNodes,
  dropInput,
  lrInput,
  networkInputs,
  networkNodes,
  relaxContext,
  relaxer,
  relaxInputs,
  type SearchProblem,
  stateInput,
} from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, keyInput, type Step, step } from "./stage.ts";

/** How the method moves the alphas. */
export const architectureSettings = (problem: SearchProblem): ArchitectureSettings => {
  const { config, method } = problem;
  return {
    adam: adamOf(problem),
    relax: relaxer(problem, { chance: true }),
    clip: method.alphaClip?.(config),
    free: decidedNodes(problem)?.free,
    penalty: method.penalty && ((alphas) => method.penalty!(config, relaxContext(problem, alphas, true))),
  };
};

/** A search batch; the second order also looks at the training batch and at the weights' learning rate. */
export interface ArchitectureInput extends At {
  readonly search: HostBatch;
  readonly train: HostBatch;
}

export function architectureStep(problem: SearchProblem): Step<SearchState, ArchitectureInput> {
  const { config, data, net, layout } = problem;
  const keyOf = (use: string) => ({ state: { key, architectureSteps } }: At) =>
    fold(fold(key, use), architectureSteps + 1);
  const inputs = {
    ...networkInputs(problem, keyOf("architecture noise")),
    ...relaxInputs(problem, keyOf("architecture relaxation")),
    ...adamInputs(problem),
    ...config.searchDropPath > 0 && { dropPath: dropInput(problem, keyOf("architecture drop path")) },
    ...batchInputs(data, config.batch, "valid", ({ search }: ArchitectureInput) => search),
    ...config.order === 2 && {
      velocity: stateInput("velocity", net.layout.parameterFloats),
      lr: lrInput,
      trainNoiseKey: keyInput(keyOf("unrolled noise")),
      ...config.searchDropPath > 0 && { trainDropPath: dropInput(problem, keyOf("unrolled drop path")) },
      ...batchInputs(data, config.batch, "train", ({ train }: ArchitectureInput) => train),
    },
  };
  return step({
    inputs,
    graph: ({ velocity, lr, trainNoiseKey, trainDropPath, ...nodes }) => {
      const searched = { ...nodes, numbers: networkNodes(problem).numbers };
      const valid = batchNodes(data, config.batch, "valid");
      if (velocity === undefined) {
        return architectureStepNodes(net, searched, valid, architectureSettings(problem));
      }
      const { dropPath, noiseKey } = nodes;
      return unrolledStep(
        net,
        {
          ...searched,
          velocity,
          lr: lr!,
          dropPath: trainDropPath,
          noiseKey: trainNoiseKey,
          searchChance: { dropPath, noiseKey },
        },
        { train: batchNodes(data, config.batch, "train"), valid },
        { ...config, unrolling: config.unrolled, ...architectureSettings(problem) },
      );
    },
    moves: ["alphas", "alphaMean", "alphaVariance", "statistics"],
    watched: ["statistics", "alphaGradient", "alphaVariance", "alphas"],
    layouts: { weights: net.layout, alphas: layout },
    advice: searchAdvice(problem),
    batch: config.batch,
    advance: ({ architectureSteps }: SearchState) => ({ architectureSteps: architectureSteps + 1 }),
  });
}
