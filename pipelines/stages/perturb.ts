/** The perturbation: from raw alphas to the mixing vector that the weights are trained at (MS-DARTS algorithm 1). */
import type { DeviceTensor } from "../../src/gpu/mod.ts";
import { score } from "../../src/search/step_graphs.ts";
import { type At, networkInputs, relaxContext, relaxer, relaxInputs, type SearchProblem } from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Stage, stage, stepKey } from "./stage.ts";

/** What a perturbation may look at: both batches of the iteration and the epoch's numbers. */
export interface PerturbInput extends At {
  readonly train: HostBatch;
  readonly search: HostBatch;
}

/** A mixing vector beside the state; the state itself, raw alphas included, stays what it is. */
export function perturb(problem: SearchProblem): Stage<PerturbInput, DeviceTensor> {
  const { config, data, net, method } = problem;
  return stage({
    inputs: {
      ...networkInputs(problem, stepKey("perturb noise")),
      ...relaxInputs(problem, stepKey("perturb")),
      ...batchInputs(data, config.batch, "train", ({ train }: PerturbInput) => train),
      ...batchInputs(data, config.batch, "search", ({ search }: PerturbInput) => search),
    },
    graph: (nodes) => {
      const context = relaxContext(problem, nodes);
      const network = { ...nodes, numbers: context.numbers };
      const mixing = method.perturb?.(config, {
        ...context,
        key: nodes.relaxKey!,
        loss: (at, batch) => score(net, "eval", at, network, batchNodes(data, batch, nodes)).loss,
      }) ?? relaxer(problem, nodes)(nodes.alphas);
      return { mixing };
    },
    result: ({ mixing }) => mixing,
  });
}
