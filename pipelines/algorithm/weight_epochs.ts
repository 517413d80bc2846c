/** The epochs of a supernet whose weights alone are trained: nothing follows a gradient of the alphas. */
import type { DeviceTensor, Program } from "../../src/gpu/mod.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { EpochLoop } from "../run/epochs.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { Scored } from "../stages/measures.ts";
import { type Schedule, scheduleOf, type SearchProblem } from "../stages/problem.ts";
import { weightStep } from "../stages/weight_step.ts";
import { searchBatches, searchSplit } from "./batches.ts";

/** What differs between methods. */
export interface WeightEpochs {
  /** The mixing vector of a step from a state. */
  readonly mixing: (state: SearchState) => DeviceTensor | Float32Array;
  /** Ends an epoch, with the means over its batches. */
  readonly end: (epoch: number, schedule: Schedule, train: Scored) => Promise<void>;
}

/**
 * Takes the epochs that are left.
 *
 * @param program of the weight step
 */
export async function weightEpochs<E extends Epoch, More>(
  problem: SearchProblem,
  program: Program,
  loop: EpochLoop<SearchState, E, More>,
  { mixing, end }: WeightEpochs,
): Promise<void> {
  const batches = searchBatches(problem, searchSplit(problem).halves);
  const step = weightStep(problem).on(program);
  await loop.untilStopped(async () => {
    for (const epoch of loop.epochs()) {
      const schedule = scheduleOf(problem, epoch);
      for (const indices of loop.batches()) {
        const { state } = loop;
        const train = batches.train(indices, epoch, state.step);
        const [next, metrics] = step({ ...schedule, state, train, mixing: mixing(state) });
        await loop.advance(next, { train: metrics }, schedule.lr);
      }
      const { train } = await loop.means();
      await end(epoch, schedule, train);
    }
  });
}
