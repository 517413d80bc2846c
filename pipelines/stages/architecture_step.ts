/**
 * The architecture step: moves the raw alphas, over a search batch (MS-DARTS algorithm 2, 1), of first or second
 * order.
 */
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { architectureStep as architectureStepNodes } from "../../src/search/step_graphs.ts";
import { unrolledStep } from "../../src/search/unrolled.ts";
import { searchAdvice } from "./advice.ts";
import {
  architectureSettings,
  type At,
  networkInputs,
  numberNodes,
  optimiserInputs,
  relaxInputs,
  type SearchProblem,
} from "./problem.ts";
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
} from "./stage.ts";

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
    ...optimiserInputs(problem),
    ...config.searchDropPath > 0 && { dropPath: dropInput(problem, keyOf("architecture drop path")) },
    ...batchInputs(data, config.batch, "search", ({ search }: ArchitectureInput) => search),
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
    graph: ({ velocity, trainNoiseKey, trainDropPath, ...nodes }) => {
      const { dropPath, noiseKey } = nodes;
      const searched = { ...nodes, numbers: numberNodes(problem, nodes) };
      const search = batchNodes(data, "search", nodes);
      const settings = architectureSettings(problem, nodes);
      if (config.order === 1) return architectureStepNodes(net, searched, search, settings);
      return unrolledStep(
        net,
        {
          ...searched,
          velocity: velocity!,
          lr: nodes.lr!,
          dropPath: trainDropPath,
          noiseKey: trainNoiseKey,
          searchChance: { dropPath, noiseKey },
        },
        { train: batchNodes(data, "train", nodes), search },
        { ...config, unrolling: config.unrolled, ...settings },
      );
    },
    moves: ["alphas", "alphaMean", "alphaVariance", "statistics"],
    watched: ["statistics", "alphaGradient", "alphaVariance", "alphas"],
    layouts: { weights: net.layout, alphas: layout },
    advice: searchAdvice(problem),
    batch: config.batch,
    count: ({ architectureSteps }: SearchState) => ({ architectureSteps: architectureSteps + 1 }),
  });
}
