/** The epochs of a supernet's training, whatever moves the alphas. */
import type { z } from "zod";
import { epochBatches } from "../../src/data/batches.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { fold } from "../../src/random.ts";
import { initialSearchState, type SearchState } from "../../src/search/state.ts";
import { searchStateSchema } from "../checkpoint/state_schemas.ts";
import type { LoopSettings } from "../run/epochs.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { searchKey, searchSplit, stepsOf } from "./batches.ts";

/** The settings of the loop but for what it saves besides. */
export function supernetLoop<E extends Epoch, More>(
  runner: Runner,
  problem: SearchProblem,
  schemas: { readonly epoch: z.ZodType<E>; readonly more: z.ZodType<More> },
): Omit<LoopSettings<SearchState, E, More>, "more"> {
  const { config: { epochs, batch }, method, net } = problem;
  const { halves: { weights } } = searchSplit(problem);
  const key = searchKey(problem);
  return {
    name: "search",
    stage: "search",
    epochs,
    batch,
    steps: stepsOf(problem),
    schemas: { state: searchStateSchema(problem), ...schemas },
    initial: () => initialSearchState(runner, net, key, method.start),
    batchesOf: (epoch) => epochBatches(fold(key, "order"), epoch, weights.count, batch),
  };
}
