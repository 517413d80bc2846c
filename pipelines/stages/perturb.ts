/** The perturbation of a method: from raw alphas to the mixing vector the weights are trained at. */
import type { DeviceTensor, Program } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { score } from "../../src/search/step_graphs.ts";
import {
  alphaInput,
  decisionFeeds,
  networkInputs,
  numberFeeds,
  type Numbers,
  relaxContext,
  relaxFeeds,
  type SearchProblem,
} from "./problem.ts";
import { batchFeeds, batchNodes, type HostBatch } from "./stage.ts";

export function perturbGraph(problem: SearchProblem): Record<string, Node> {
  const { config, data, net, method } = problem;
  const nodes = networkInputs(problem);
  const context = relaxContext(problem, alphaInput(problem, "alphas"), true);
  const mixing = method.perturb?.(config, {
    ...context,
    key: context.key!,
    loss: (at, batch) => score(net, "eval", at, nodes, batchNodes(data, config.batch, batch)).loss,
  }) ?? method.relax(config, context);
  return { mixing };
}

/** What a perturbation may look at: both batches of the step and the epoch's numbers. */
export interface PerturbInput {
  readonly train: HostBatch;
  readonly valid: HostBatch;
  readonly numbers: Numbers;
}

/** A mixing vector beside the state; the state itself, raw alphas included, stays what it is. */
export function perturb(
  problem: SearchProblem,
  program: Program,
): (state: SearchState, input: PerturbInput) => DeviceTensor {
  return (state, { train, valid, numbers }) =>
    program.run<"mixing">({
      weights: state.weights,
      statistics: state.statistics,
      alphas: state.alphas,
      ...numberFeeds(numbers),
      ...decisionFeeds(problem, state),
      ...relaxFeeds(fold(fold(state.key, "perturb"), state.step)),
      noiseKey: Uint32Array.from(fold(fold(state.key, "perturb noise"), state.step)),
      ...batchFeeds("train", train),
      ...batchFeeds("valid", valid),
    }).mixing;
}
