/** Training a genotype's network from scratch and testing it once. */
import { z } from "zod";
import { batchesPerEpoch, checkBatch, epochBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { destroy, type Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { slice } from "../../src/data/splits.ts";
import { cosine, oneCycle } from "../../src/optim/schedules.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import { initialTrainingState, type TrainingState } from "../../src/training/state.ts";
import { trainingStateSchema } from "../checkpoint/state_schemas.ts";
import { trainingAdvice } from "../stages/advice.ts";
import { type Epoch, epochSchema } from "../stages/epoch.ts";
import { evaluate, evaluation, evaluationKey } from "../stages/evaluate.ts";
import type { Scored } from "../stages/measures.ts";
import { augmentedBatch, keyInput, stateInput } from "../stages/stage.ts";
import { trainStep } from "../stages/train_step.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import { EpochLoop } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";

export interface Trained {
  readonly state: TrainingState;
  readonly test: Scored;
}

export const trainingGraphs = (
  problem: TrainingProblem,
): Record<"trainStep" | "evaluate", Record<string, Node>> => ({
  trainStep: trainStep(problem).graph(),
  evaluate: networkEvaluation(problem).graph(),
});

/** The evaluation of the network. */
export function networkEvaluation({ config, data, net }: Pick<TrainingProblem, "config" | "data" | "net">) {
  const inputs = {
    weights: stateInput("weights", net.layout.parameterFloats),
    statistics: stateInput("statistics", net.layout.statisticsFloats),
    noiseKey: keyInput(evaluationKey),
  };
  return evaluation<NetworkPass, typeof inputs>(data, config.batch, {
    inputs,
    logits: (images, { weights, ...nodes }) =>
      net.build({ ...nodes, images, parameters: weights, mode: "eval" }).logits,
  });
}

interface NetworkPass {
  readonly state: Pick<TrainingState, "weights" | "statistics">;
}

/**
 * The images a network is trained on and those kept apart to evaluate each epoch, by index order; at most a fifth is
 * kept apart. Throws a usage error for a batch larger than what is left.
 */
export function trainingSplit(
  { config, data }: TrainingProblem,
): { trained: Images; held: Images } {
  const { count, name } = data.train;
  const rest = count - Math.min(config.holdout, Math.floor(count / 5));
  checkBatch(config.batch, rest, "the training images");
  return {
    trained: slice(data.train, 0, rest, name),
    held: slice(data.train, rest, count, `${name}, held out`),
  };
}

/** Trains and tests. The part of the run is `training`; `onEpoch` gets every epoch as soon as it is done. */
export async function trainLoop(
  runner: Runner,
  problem: TrainingProblem,
  seed: number,
  hooks: Hooks,
  onEpoch: (epoch: Epoch) => void,
): Promise<Trained> {
  const { config, data, net } = problem;
  const { epochs, batch } = config;
  const { trained, held } = trainingSplit(problem);
  const key = fold(keyFromSeed(seed), "train");
  const steps = batchesPerEpoch(trained.count, batch);
  const loop = new EpochLoop<TrainingState, Epoch, null>(
    runner,
    {
      ...{ name: "training", stage: "train", epochs, steps, batch },
      schemas: { state: trainingStateSchema(net.layout), epoch: epochSchema, more: z.null() },
      initial: () => initialTrainingState(runner, net.layout, key, problem.start),
      more: null,
      batchesOf: (epoch) => epochBatches(fold(key, "order"), epoch, trained.count, batch),
    },
    hooks,
    onEpoch,
  );
  hooks.note("Preparing the network's steps");
  const programs = await runner.prepare(trainingGraphs(problem), { ...hooks, batch });
  const step = trainStep(problem).on(programs.trainStep);
  const scoring = networkEvaluation(problem).on(programs.evaluate);
  const score = (images: Images): Promise<Scored> =>
    evaluate(runner, scoring, () => ({ state: loop.state }), images, {
      batch,
      signal: hooks.signal,
      net: "the network",
      advice: trainingAdvice(problem).weights,
    });
  const augmentation = {
    height: data.height,
    width: data.width,
    flip: data.augmentation.flip,
    pad: config.crop ?? data.augmentation.pad,
    cutoutSize: config.cutout,
    cutoutProbability: 1,
  };
  // The cosine moves by epoch as in the papers, the one-cycle by step.
  const lrOf = (epoch: number, step: number): number =>
    config.schedule === "one-cycle"
      ? oneCycle(config.lr, step / (steps * epochs))
      : cosine(config.lr, 0, epoch / epochs);

  await loop.untilStopped(async () => {
    for (const epoch of loop.epochs()) {
      const drop = (config.dropPath * epoch) / epochs;
      for (const indices of loop.batches()) {
        const { state } = loop;
        const lr = lrOf(epoch, state.step);
        const train = augmentedBatch(trained, indices, fold(fold(key, "augment"), state.step), augmentation);
        const [next, metrics] = step({ state, train, lr, drop });
        await loop.advance(next, { train: metrics }, lr);
      }
      const { train } = await loop.means();
      const valid = held.count > 0 ? await score(held) : undefined;
      const lr = lrOf(epoch, loop.state.step - 1);
      await loop.endEpoch(loop.report({ train, valid, lr }), { more: null });
    }
  });
  const test = await score(data.test);
  destroy(programs);
  return { state: loop.state, test };
}
