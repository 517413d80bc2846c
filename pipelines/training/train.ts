/** Training a genotype's network from scratch and testing it once. */
import { z } from "zod";
import { batchesPerEpoch, checkBatch, epochBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { slice } from "../../src/data/splits.ts";
import { cosine, oneCycle } from "../../src/optim/schedules.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import { initialTrainingState, type TrainingState } from "../../src/training/state.ts";
import { epochSchema, trainingStateSchema } from "../checkpoint/training_schemas.ts";
import { trainingAdvice } from "../stages/advice.ts";
import type { Epoch } from "../stages/epoch.ts";
import { evaluate, evaluateGraph } from "../stages/evaluate.ts";
import type { Scored } from "../stages/measures.ts";
import { augmentedBatch } from "../stages/stage.ts";
import { trainStep, trainStepGraph } from "../stages/train_step.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import { runLoop } from "../run/epochs.ts";
import { once } from "../run/once.ts";
import type { Hooks } from "../run/hooks.ts";

export interface Trained {
  readonly state: TrainingState;
  readonly test: Scored;
}

export function trainingGraphs(
  problem: TrainingProblem,
): Record<"trainStep" | "evaluate", Record<string, Node>> {
  const { config, data, net } = problem;
  return {
    trainStep: trainStepGraph(problem),
    evaluate: evaluateGraph(
      data,
      net.layout,
      config.batch,
      ({ weights, ...nodes }) => net.build({ ...nodes, parameters: weights, mode: "eval" }).logits,
    ),
  };
}

/**
 * The images a network is trained on and those kept apart to judge each epoch, by index order; at most a fifth is
 * kept apart. Raises a usage error for a batch larger than what is left.
 */
export function trainingSplit(
  { config, data, prefix = "--" }: TrainingProblem,
): { trained: Images; held: Images } {
  const { count, name } = data.train;
  const rest = count - Math.min(config.holdout, Math.floor(count / 5));
  checkBatch(config.batch, rest, "the training images", `${prefix}batch`);
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
  const { config, data, net, prefix } = problem;
  const { trained, held } = trainingSplit(problem);

  const prepared = once(() => {
    hooks.note("Preparing the network's steps");
    return runner.prepare(trainingGraphs(problem), { ...hooks, batch: config.batch, prefix });
  });
  const judge = async (state: TrainingState, images: Images) => {
    const program = (await prepared()).evaluate;
    return await evaluate(runner, program, state, images, config.batch, hooks.signal, {
      net: "the network",
      advice: trainingAdvice(problem).weights,
    });
  };

  const key = fold(keyFromSeed(seed), "train");
  const steps = batchesPerEpoch(trained.count, config.batch);
  // The cosine moves by epoch as in the papers, the one-cycle by step.
  const lrOf = (epoch: number, step: number): number =>
    config.schedule === "one-cycle"
      ? oneCycle(config.lr, step / (steps * config.epochs))
      : cosine(config.lr, 0, epoch / config.epochs);
  const { state } = await runLoop<TrainingState, Epoch, null>(
    runner,
    {
      name: "training",
      stage: "train",
      epochs: config.epochs,
      steps,
      batch: config.batch,
      schemas: { state: trainingStateSchema(net.layout), epoch: epochSchema, more: z.null() },
      initial: () => initialTrainingState(runner, net.layout, key),
      more: null,
      order: (epoch) => epochBatches(fold(key, "order"), epoch, trained.count, config.batch),
      open: async () => {
        const advance = trainStep(problem, (await prepared()).trainStep);
        return {
          take(state, epoch, indices) {
            const lr = lrOf(epoch, state.step);
            const train = augmentedBatch(trained, indices, fold(fold(key, "augment"), state.step), {
              height: data.height,
              width: data.width,
              flip: data.augmentation.flip,
              pad: config.crop ?? data.augmentation.pad,
              cutoutSize: config.cutout,
              cutoutProbability: 1,
            });
            const drop = (config.dropPath * epoch) / config.epochs;
            const [next, metrics] = advance(state, { train, lr, drop });
            return { next, train: metrics, lr };
          },
          async end({ epoch, state, train, log }) {
            const valid = held.count > 0 ? await judge(state, held) : undefined;
            const lr = lrOf(epoch, state.step - 1);
            return {
              record: log.finish({ train: train.mean, valid, lr }),
              state,
              more: null,
              next: epoch + 1,
            };
          },
        };
      },
    },
    hooks,
    onEpoch,
  );
  const test = await judge(state, data.test);
  Object.values(await prepared()).forEach((program) => program.destroy());
  return { state, test };
}
