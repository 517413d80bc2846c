/** What training the found network may need, before it is known: the need of the space's largest network. */
import { inSearch, trainingOf } from "../../src/config/schema.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { largestGenotype } from "../../src/network/largest.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import type { Hooks } from "../run/hooks.ts";
import { rulesOf } from "../strategies/mod.ts";
import { trainingGraphs } from "../training/train.ts";
import { networkOf } from "../training/network.ts";

/**
 * The trainings that a search ends with, of the largest network that it may find; undefined where it trains none.
 * Throws a usage error for settings that do not fit the network.
 */
export function largestTraining(problem: SearchProblem): TrainingProblem | undefined {
  const { config, data, method, net: { space } } = problem;
  const genotype = () => largestGenotype(space);
  if (config.train) {
    const training = trainingOf(config);
    return { config: training, data, net: networkOf(genotype(), training, data) };
  }
  const retraining = rulesOf(method).retraining?.(problem);
  return retraining && { ...retraining, net: networkOf(genotype(), retraining.config, data) };
}

export const ofLargest = "Training the largest network that this search may find";

/** Throws a device error where the training at the end of a search would not fit this device. */
export const checkLargest = async (
  runner: Runner,
  problem: SearchProblem,
  { signal }: Pick<Hooks, "signal">,
): Promise<void> => {
  await inSearch(async () => {
    const training = largestTraining(problem);
    if (training === undefined) return;
    const { batch } = training.config;
    await runner.check(trainingGraphs(training), { signal, batch, what: ofLargest });
  });
};
