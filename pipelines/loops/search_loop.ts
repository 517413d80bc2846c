/** The search: MS-DARTS algorithm 2 over epochs. */
import { batchesPerEpoch, checkBatch, epochBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { searchHalves, slice } from "../../src/data/splits.ts";
import { type Program, type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Verdict } from "../../src/methods/mod.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import { initialSearchState, type SearchState } from "../../src/search/state.ts";
import { readSupernet, type SupernetVectors } from "../../src/search/supernet_file.ts";
import { decide } from "../stages/decide.ts";
import { discretize, type Discretized } from "../stages/discretize.ts";
import { evaluate } from "../stages/evaluate.ts";
import { Measures, type Scored } from "../stages/measures.ts";
import {
  alphaInput,
  decisionFeeds,
  numberFeeds,
  type Numbers,
  relaxer,
  relaxFeeds,
  scheduleOf,
  type SearchProblem,
} from "../stages/problem.ts";
import type { HostBatch } from "../stages/stage.ts";
import { supernetEvaluateGraph } from "../stages/supernet_evaluate.ts";
import { turn, turnGraphs } from "../stages/turn.ts";
import { CurvatureProbe, type EpochCurvature } from "./curvature_probe.ts";
import { type Epoch, EpochLog, type Hooks } from "./hooks.ts";
import { searchBatches } from "./search_batches.ts";
import { Watch } from "./watch.ts";

/** One epoch of the search, as logged. */
export interface SearchEpoch extends Discretized, Epoch {
  /** Over the search batches of the architecture steps, BatchNorm in training mode; undefined in the warm-up. */
  readonly architecture: Scored | undefined;
  /** The method's numbers of the epoch. */
  readonly numbers: Numbers;
  /** In the epochs whose curvature was asked for. */
  readonly curvature: EpochCurvature | undefined;
}

/** The same where there may be no alphas, and with them no cell of an epoch's own. */
export type AnySearchEpoch = Omit<SearchEpoch, keyof Discretized> & Partial<Discretized>;

/** What a search ends with. */
export interface SearchResult {
  /** The epoch whose cell is the result: the last, unless the method stopped early. */
  readonly found: SearchEpoch;
  /** One sentence for each time the method stopped the search or turned it back. */
  readonly turns: readonly string[];
  /** The supernet as the search left it. */
  readonly supernet: SupernetVectors;
}

/** The graphs of a search, by stage: what is compiled, explained and run. */
export function searchGraphs(
  problem: SearchProblem,
): { readonly evaluate: Record<string, Node>; readonly [stage: string]: Record<string, Node> } {
  const { method, config } = problem;
  const chance = method.chanceInEvaluation?.(config) ?? false;
  const judged = relaxer(problem, { chance })(alphaInput(problem, "alphas"));
  return { ...turnGraphs(problem), evaluate: supernetEvaluateGraph(problem, judged) };
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

/** The steps of a search, ready to run. */
async function prepare(runner: Runner, problem: SearchProblem, hooks: Hooks) {
  const graphs = searchGraphs(problem);
  hooks.note("Preparing the supernet's steps");
  const programs: Record<string, Program> = {};
  for (const [stage, graph] of Object.entries(graphs)) {
    programs[stage] = await runner.load(runner.compile(graph), hooks.note);
  }
  return {
    evaluate: programs["evaluate"]!,
    take: turn(runner, problem, programs),
    destroy: () => Object.values(programs).forEach((program) => program.destroy()),
  };
}

/**
 * Searches. `onEpoch` gets every epoch as soon as it is done; after a rollback of the method they come again from the
 * epoch behind that it went back to.
 */
export async function searchLoop(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: (epoch: SearchEpoch) => void,
): Promise<SearchResult> {
  const { config, method, net } = problem;
  const { halves, judges } = searchSplit(problem);
  let current = problem;
  const began = performance.now();
  let programs = await prepare(runner, current, hooks);
  const probe = await CurvatureProbe.open(
    runner,
    problem,
    async (graph) => await runner.load(runner.compile(graph), hooks.note),
  );

  const whole = fold(keyFromSeed(config.seed), "search");
  const key = problem.stage === undefined ? whole : fold(fold(whole, "stage"), problem.stage);
  const steps = batchesPerEpoch(halves.weights.count, config.batch);
  const log = new EpochLog(hooks, { stage: "search", epochs: config.epochs, steps, batch: config.batch });
  const batches = searchBatches(problem, halves, key);
  const watch = new Watch(runner);
  const warning = Watch.warning(problem);
  if (warning) hooks.note(warning);
  const turns: string[] = [];
  let state = initialSearchState(runner, net, key, method.start);
  const advance = (next: SearchState): void => {
    runner.tensors.retire(state, next);
    state = next;
  };
  let history: SearchEpoch[] = [];
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    log.startEpoch(epoch);
    const { lr, numbers, drop } = scheduleOf(problem, epoch);
    const train = new Measures(runner, "training", config.batch);
    const arch = new Measures(runner, "architecture", config.batch);
    const order = epochBatches(fold(key, "order"), epoch, halves.weights.count, config.batch);
    let searchedLast: HostBatch | undefined;
    for (const indices of order) {
      hooks.signal.throwIfAborted();
      const trainBatch = batches.train(indices, epoch, state.step);
      const validBatch = batches.valid(epoch, state.step);
      searchedLast = validBatch;
      const [next, metrics] = programs.take(state, {
        train: trainBatch,
        valid: validBatch,
        lr,
        numbers,
        drop,
        resting: epoch < config.warmup,
      });
      advance(next);
      if (metrics.architecture) await arch.add(metrics.architecture);
      await train.add(metrics.train);
      log.step(train, lr);
    }
    await train.flush();
    await arch.flush();
    const judging = fold(fold(key, "evaluation relaxation"), epoch);
    const fed = { ...state, ...numberFeeds(numbers), ...decisionFeeds(current, state) };
    const judged = (b: number) => ({ ...fed, ...relaxFeeds(fold(judging, b)) });
    const valid = await evaluate(runner, programs.evaluate, judged, judges, config.batch, hooks.signal);
    // What is decided now is no part of what this epoch trained.
    const trained = state;
    advance(await decide(runner, state, current, epoch));
    const found = await discretize(runner, state, current);
    const curvature = probe && CurvatureProbe.wants(current, epoch)
      ? await probe.measure(current, epoch, {
        state: trained,
        batch: searchedLast!,
        genotype: found.genotype,
        accuracy: valid.accuracy,
        judges,
        signal: hooks.signal,
      })
      : undefined;
    const done = log.finish({ train: train.mean, valid, lr }, {
      numbers,
      skipCount: found.skips,
      alphaEntropy: found.entropy,
      benchmark: found.judgement && {
        accuracy: found.judgement.accuracies[found.judgement.dataset]!,
        rank: found.judgement.rank,
      },
    });
    const ended: SearchEpoch = {
      ...found,
      ...done,
      architecture: arch.empty ? undefined : arch.mean,
      numbers,
      curvature,
    };
    history.push(ended);
    onEpoch(ended);
    if (!Watch.wants(current, epoch)) continue;
    const verdict = await watch.judge(current, { epoch, value: curvature!.eigenvalue }, state);
    if (verdict.kind === "continue") continue;
    history = history.slice(0, verdict.epoch + 1);
    turns.push(turnNote(verdict, epoch));
    hooks.note(turns.at(-1)!);
    if (verdict.kind === "stop") break;
    advance(watch.rollback(verdict.epoch));
    programs.destroy();
    current = { ...current, config: { ...config, weightDecay: verdict.weightDecay } };
    programs = await prepare(runner, current, hooks);
    log.rewind(verdict.epoch);
    epoch = verdict.epoch;
  }
  const supernet = await readSupernet(runner, state);
  runner.tensors.release(...tensorsOf(state));
  programs.destroy();
  if (probe) {
    hooks.note(probe.cost(performance.now() - began));
    probe.destroy();
  }
  return { found: history.at(-1)!, turns, supernet };
}

/** A verdict in words. Epochs are counted from 0, as in the metrics. */
function turnNote(verdict: Exclude<Verdict, { kind: "continue" }>, epoch: number): string {
  const grown = `The dominant eigenvalue had grown in epoch ${epoch}`;
  return verdict.kind === "stop"
    ? `${grown}: the search stopped, and its cell is that of epoch ${verdict.epoch}.`
    : `${grown}: the search went back to the end of epoch ${verdict.epoch}, with weight decay ${
      Number(verdict.weightDecay.toPrecision(6))
    }.`;
}
