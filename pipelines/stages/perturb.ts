/** The perturbation: from raw alphas to the mixing vector that the weights are trained at (MS-DARTS algorithm 1). */
import type { DeviceTensor } from "../../src/gpu/mod.ts";
import { score } from "../../src/search/step_graphs.ts";
import {
  type At,
  networkInputs,
  networkNodes,
  relaxContext,
  relaxer,
  relaxInputs,
  type SearchProblem,
  weightKey,
} from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Stage, stage } from "./stage.ts";

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
      ...networkInputs(problem, ({ state }) => weightKey(state, "perturb noise")),
      ...relaxInputs(problem, ({ state }) => weightKey(state, "perturb")),
      ...batchInputs(data, config.batch, "train", ({ train }: PerturbInput) => train),
      ...batchInputs(data, config.batch, "valid", ({ search }: PerturbInput) => search),
    },
    graph: ({ alphas }) => {
      const context = relaxContext(problem, alphas, true);
      const batchOf = { train: "train", search: "valid" } as const;
      const mixing = method.perturb?.(config, {
        ...context,
        key: context.key!,
        loss: (at, batch) =>
          score(net, "eval", at, networkNodes(problem), batchNodes(data, config.batch, batchOf[batch])).loss,
      }) ?? relaxer(problem, { chance: true })(alphas);
      return { mixing };
    },
    result: ({ mixing }) => mixing,
  });
}
