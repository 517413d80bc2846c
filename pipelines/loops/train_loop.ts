/** Training a genotype's network from scratch and testing it once. */
import { batchesPerEpoch, checkBatch, epochBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { slice } from "../../src/data/splits.ts";
import { cosine, oneCycle } from "../../src/optim/schedules.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import { initialTrainingState, type TrainingState } from "../../src/training/state.ts";
import { evaluate, evaluateGraph } from "../stages/evaluate.ts";
import { Measures, type Scored } from "../stages/measures.ts";
import { augmentedBatch } from "../stages/stage.ts";
import { type TrainingProblem, trainStep, trainStepGraph } from "../stages/train_step.ts";
import { type Epoch, EpochLog, type Hooks } from "./hooks.ts";

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
 * kept apart. Raises a usage error for a batch larger than what is left; `batchFlag` is where the user set it.
 */
export function trainingSplit(
  { config, data }: TrainingProblem,
  batchFlag = "--batch",
): { trained: Images; held: Images } {
  const { count, name } = data.train;
  const rest = count - Math.min(config.holdout, Math.floor(count / 5));
  checkBatch(config.batch, rest, "the training images", batchFlag);
  return {
    trained: slice(data.train, 0, rest, name),
    held: slice(data.train, rest, count, `${name}, held out`),
  };
}

export async function trainLoop(
  runner: Runner,
  problem: TrainingProblem,
  seed: number,
  hooks: Hooks,
  onEpoch: (epoch: Epoch) => void,
): Promise<Trained> {
  const { config, data, net } = problem;
  const { trained, held } = trainingSplit(problem);

  hooks.note("Preparing the network's steps");
  const graphs = trainingGraphs(problem);
  const step = await runner.load(runner.compile(graphs.trainStep), hooks.note);
  const judge = await runner.load(runner.compile(graphs.evaluate), hooks.note);
  const advanceState = trainStep(problem, step);

  const key = fold(keyFromSeed(seed), "train");
  const steps = batchesPerEpoch(trained.count, config.batch);
  const log = new EpochLog(hooks, { stage: "train", epochs: config.epochs, steps, batch: config.batch });
  let state = initialTrainingState(runner, net.layout, key);
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    log.startEpoch(epoch);
    const measures = new Measures(runner, "training", config.batch);
    let lr = 0;
    const order = epochBatches(fold(key, "order"), epoch, trained.count, config.batch);
    for (const indices of order) {
      hooks.signal.throwIfAborted();
      // The cosine moves by epoch as in the papers, the one-cycle by step.
      lr = config.schedule === "one-cycle"
        ? oneCycle(config.lr, state.step / (steps * config.epochs))
        : cosine(config.lr, 0, epoch / config.epochs);
      const train = augmentedBatch(trained, indices, fold(fold(key, "augment"), state.step), {
        height: data.height,
        width: data.width,
        flip: data.augmentation.flip,
        pad: config.crop ?? data.augmentation.pad,
        cutoutSize: config.cutout,
        cutoutProbability: 1,
      });
      const [next, metrics] = advanceState(state, {
        train,
        lr,
        drop: (config.dropPath * epoch) / config.epochs,
      });
      runner.tensors.retire(state, next);
      state = next;
      await measures.add(metrics);
      log.step(measures, lr);
    }
    await measures.flush();
    const valid = held.count > 0
      ? await evaluate(runner, judge, state, held, config.batch, hooks.signal)
      : undefined;
    onEpoch(log.finish({ train: measures.mean, valid, lr }));
  }
  const test = await evaluate(runner, judge, state, data.test, config.batch, hooks.signal);
  step.destroy();
  judge.destroy();
  return { state, test };
}
