/** The search: MS-DARTS algorithm 2 over epochs. */
import { batchesPerEpoch, checkBatch, epochBatches, searchBatch } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { searchHalves, slice } from "../../src/data/splits.ts";
import { type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { matricesOf, softmaxRows } from "../../src/search/alphas.ts";
import { cosine } from "../../src/optim/schedules.ts";
import { fold, type Key, keyFromSeed } from "../../src/random.ts";
import { initialSearchState, type SearchState } from "../../src/search/state.ts";
import { discretize, type Discretized } from "../stages/discretize.ts";
import { evaluate, evaluateGraph } from "../stages/evaluate.ts";
import { Measures, type Scored } from "../stages/measures.ts";
import { perturb, perturbGraph } from "../stages/perturb.ts";
import { alphaInput, type SearchProblem } from "../stages/problem.ts";
import { augmentedBatch } from "../stages/stage.ts";
import { supernetStep, supernetStepGraph } from "../stages/supernet_step.ts";
import { weightStep, weightStepGraph } from "../stages/weight_step.ts";
import { type Epoch, EpochLog, type Hooks } from "./hooks.ts";

/** One epoch of the search, as logged. */
export interface SearchEpoch extends Discretized, Epoch {
  /** Over the search batches of the architecture steps, BatchNorm in training mode; undefined in the warm-up. */
  readonly architecture: Scored | undefined;
  readonly epsilon: number | undefined;
}

/** The graphs of a search, by stage: what is compiled, explained and run. */
export function searchGraphs(
  problem: SearchProblem,
): Record<"supernetStep" | "perturb" | "weightStep" | "evaluate", Record<string, Node>> {
  const { config, data, net, layout } = problem;
  const [normal, reduce] = matricesOf(softmaxRows(alphaInput(problem, "alphas"), layout), layout) as [
    Node,
    Node,
  ];
  return {
    supernetStep: supernetStepGraph(problem),
    perturb: perturbGraph(problem),
    weightStep: weightStepGraph(problem),
    evaluate: evaluateGraph(
      data,
      net.layout,
      config.batch,
      ({ weights, ...nodes }) =>
        net.build({ ...nodes, parameters: weights, mode: "eval", mixing: { normal, reduce } }).logits,
    ),
  };
}

/**
 * The halves that train the weights and the alphas, and the images of the second that judge the supernet. Raises a
 * usage error for a batch larger than a half.
 */
export function searchSplit(
  { config, data }: SearchProblem,
): { halves: ReturnType<typeof searchHalves>; judges: Images } {
  const seen = Math.min(config.searchLimit || Infinity, data.train.count);
  const halves = searchHalves(slice(data.train, 0, seen, data.train.name));
  checkBatch(config.batch, halves.weights.count, "the weight half of the training images");
  const judging = Math.min(config.validLimit || Infinity, halves.alphas.count);
  return { halves, judges: slice(halves.alphas, 0, judging, halves.alphas.name) };
}

/** Searches; returns the last epoch. `onEpoch` gets every epoch as soon as it is done. */
export async function searchLoop(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: (epoch: SearchEpoch) => void,
): Promise<SearchEpoch> {
  const { config, data, layout, method, net } = problem;
  const { halves, judges } = searchSplit(problem);
  const graphs = searchGraphs(problem);
  const load = async (name: keyof typeof graphs) =>
    await runner.load(runner.compile(graphs[name]), hooks.note);
  hooks.note("Preparing the supernet's steps");
  const programs = {
    supernetStep: await load("supernetStep"),
    perturb: await load("perturb"),
    weightStep: await load("weightStep"),
    evaluate: await load("evaluate"),
  };
  const stages = {
    supernetStep: supernetStep(problem, programs.supernetStep),
    perturb: perturb(programs.perturb),
    weightStep: weightStep(programs.weightStep),
  };

  const key = fold(keyFromSeed(config.seed), "search");
  const steps = batchesPerEpoch(halves.weights.count, config.batch);
  const log = new EpochLog(hooks, { stage: "search", epochs: config.epochs, steps, batch: config.batch });
  let state = initialSearchState(runner, net, layout, key);
  const advance = (next: SearchState): void => {
    runner.tensors.retire(state, next);
    state = next;
  };
  let last: SearchEpoch | undefined;
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    log.startEpoch(epoch);
    const lr = cosine(config.lr, config.lrMin, epoch / config.epochs);
    const epsilon = method.epsilon(config, epoch, config.epochs);
    const augmentation = {
      height: data.height,
      width: data.width,
      ...data.augmentation,
      cutoutSize: config.cutout,
      cutoutProbability: method.cutoutProbability(epoch, config.epochs),
    };
    const train = new Measures(runner, "training", config.batch);
    const arch = new Measures(runner, "architecture", config.batch);
    const order = epochBatches(fold(key, "order"), epoch, halves.weights.count, config.batch);
    for (const indices of order) {
      hooks.signal.throwIfAborted();
      const keyOf = (use: string): Key => fold(fold(key, use), state.step);
      const searched = searchBatch(fold(key, "search batch"), state.step, halves.alphas.count, config.batch);
      const trainBatch = augmentedBatch(halves.weights, indices, keyOf("augment train"), augmentation);
      const validBatch = augmentedBatch(halves.alphas, searched, keyOf("augment valid"), augmentation);
      if (epoch >= config.warmup) {
        const [next, metrics] = stages.supernetStep(state, validBatch);
        advance(next);
        await arch.add(metrics);
      }
      const mixing = stages.perturb(state, { train: trainBatch, valid: validBatch, epsilon: epsilon ?? 0 });
      const [next, metrics] = stages.weightStep(state, { train: trainBatch, mixing, lr });
      runner.tensors.release(mixing);
      advance(next);
      await train.add(metrics);
      log.step(train, lr);
    }
    await train.flush();
    await arch.flush();
    const valid = await evaluate(runner, programs.evaluate, state, judges, config.batch, hooks.signal);
    const found = await discretize(runner, state, layout, net.space);
    const done = log.finish({ train: train.mean, valid, lr }, {
      ...(epsilon !== undefined && { epsilon }),
      skipCount: found.skips,
      alphaEntropy: found.entropy,
    });
    last = { ...found, ...done, architecture: arch.empty ? undefined : arch.mean, epsilon };
    onEpoch(last);
  }
  runner.tensors.release(...tensorsOf(state));
  Object.values(programs).forEach((program) => program.destroy());
  return last!;
}
