/**
 * Random search with weight sharing: every weight step at an architecture of its own, drawn on the host; then the best
 * of many by the shared weights. An epoch is judged by an architecture a batch, since it has no cell of its own.
 */
import { batchesPerEpoch, epochBatches, searchBatch } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { type Program, type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import { sampledMixing } from "../../src/network/discretize.ts";
import { type Genotype, genotypeText } from "../../src/network/genotype.ts";
import { drawing, fold, type Key, keyFromSeed } from "../../src/random.ts";
import { initialSearchState, type SearchState } from "../../src/search/state.ts";
import { readSupernet, type SupernetVectors } from "../../src/search/supernet_file.ts";
import { evaluate, evaluateOn, plainBatch } from "../stages/evaluate.ts";
import { Measures, type Scored } from "../stages/measures.ts";
import { numberFeeds, numbersOf, scheduleOf, type SearchProblem } from "../stages/problem.ts";
import { mixedEvaluateGraph } from "../stages/supernet_evaluate.ts";
import { weightStep, weightStepGraph } from "../stages/weight_step.ts";
import { EpochLog, type Hooks } from "./hooks.ts";
import { searchBatches } from "./search_batches.ts";
import { type AnySearchEpoch, searchSplit } from "./search_loop.ts";

/** A drawn architecture and what it scored with the shared weights. */
interface Candidate extends Scored {
  readonly round: number;
  readonly mixing: Float32Array;
}

/** A row of `candidates.json`. */
interface CandidateRow extends Scored {
  readonly round: number;
  readonly genotype: string;
}

export interface RandomSearch {
  readonly genotype: Genotype;
  readonly supernet: SupernetVectors;
  /** All candidates on a few batches, and the finalists of all rounds on all images, the best first. */
  readonly candidates: {
    readonly candidates: readonly CandidateRow[];
    readonly finalists: readonly CandidateRow[];
  };
}

export const randomSearchGraphs = (
  problem: SearchProblem,
): Record<"weightStep" | "evaluate", Record<string, Node>> => ({
  weightStep: weightStepGraph(problem),
  evaluate: mixedEvaluateGraph(problem),
});

/** The mixing vector of an architecture drawn with the numbers of a key. */
export const drawArchitecture = ({ net: { space }, layout }: SearchProblem, key: Key): Float32Array =>
  sampledMixing(space, layout, drawing(key));

/** The `count` most accurate, best first; of equally accurate ones the smaller loss, then the earlier. */
export const bestOf = <T extends Scored>(scored: readonly T[], count: number): T[] =>
  [...scored].sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss).slice(0, count);

export async function randomSearch(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: (epoch: AnySearchEpoch) => void,
): Promise<RandomSearch> {
  const { config, method, net, layout } = problem;
  const { halves, judges } = searchSplit(problem);
  if (config.hessian !== undefined) {
    hooks.note(`${method.name} moves no alphas: --hessian has nothing to measure.`);
  }
  hooks.note("Preparing the supernet's steps");
  const graphs = randomSearchGraphs(problem);
  const step = await runner.load(runner.compile(graphs.weightStep), hooks.note);
  const judge = await runner.load(runner.compile(graphs.evaluate), hooks.note);
  const take = weightStep(problem, step);

  const key = fold(keyFromSeed(config.seed), "search");
  const steps = batchesPerEpoch(halves.weights.count, config.batch);
  const batches = searchBatches(problem, halves, key);
  const log = new EpochLog(hooks, { stage: "search", epochs: config.epochs, steps, batch: config.batch });
  let state = initialSearchState(runner, net, key, method.start);
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    log.startEpoch(epoch);
    const { lr, numbers, drop } = scheduleOf(problem, epoch);
    const train = new Measures(runner, "training", config.batch);
    for (const indices of epochBatches(fold(key, "order"), epoch, halves.weights.count, config.batch)) {
      hooks.signal.throwIfAborted();
      const mixing = drawArchitecture(problem, fold(fold(key, "architecture"), state.step));
      const batch = batches.train(indices, epoch, state.step);
      const [next, metrics] = take(state, { train: batch, mixing, lr, numbers, drop });
      runner.tensors.retire(state, next);
      state = next;
      await train.add(metrics);
      log.step(train, lr);
    }
    await train.flush();
    const judged = fold(fold(key, "judged architecture"), epoch);
    const at = (b: number) => ({
      ...state,
      ...numberFeeds(numbers),
      mixing: drawArchitecture(problem, fold(judged, b)),
    });
    const valid = await evaluate(runner, judge, at, judges, config.batch, hooks.signal);
    const done = log.finish({ train: train.mean, valid, lr }, { numbers });
    onEpoch({ ...done, architecture: undefined, numbers, curvature: undefined });
  }

  const found = await judgeCandidates(runner, problem, judge, {
    state,
    steps: steps * config.epochs,
    key,
    batches: halves.alphas,
    judges,
  }, hooks);
  const supernet = await readSupernet(runner, state);
  runner.tensors.release(...tensorsOf(state));
  step.destroy();
  judge.destroy();
  const cell = (mixing: Float32Array): Genotype =>
    method.discretize!(config, rowsOf(mixing, layout), net.space);
  const row = ({ mixing, ...scored }: Candidate): CandidateRow => ({
    ...scored,
    genotype: genotypeText(cell(mixing)),
  });
  return {
    genotype: cell(found.finalists[0]!.mixing),
    supernet,
    candidates: { candidates: found.candidates.map(row), finalists: found.finalists.map(row) },
  };
}

/** Where candidates are judged: a trained supernet, and the images of the search half. */
interface Trained {
  readonly state: SearchState;
  /** Weight steps done. */
  readonly steps: number;
  readonly key: Key;
  /** The images that batches are drawn from, and those that finalists are judged on. */
  readonly batches: Images;
  readonly judges: Images;
}

async function judgeCandidates(
  runner: Runner,
  problem: SearchProblem,
  program: Program,
  { state, steps, key, batches, judges }: Trained,
  hooks: Hooks,
): Promise<{ candidates: Candidate[]; finalists: Candidate[] }> {
  const { config: { batch, epochs }, config, method, net } = problem;
  const plan = method.judging!(config, net.space, steps);
  const fed = { ...state, ...numberFeeds(numbersOf(problem, epochs - 1)) };
  const all: Candidate[] = [];
  const finalists: Candidate[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    hooks.note(
      `Judging ${plan.candidates} architectures on ${plan.batches} batches each (round ${
        round + 1
      } of ${plan.rounds}), ` +
        `then the best ${plan.finalists} on ${judges.count} images`,
    );
    const drawn: Candidate[] = [];
    for (let c = 0; c < plan.candidates; c++) {
      const own = fold(fold(fold(key, "candidate"), round), c);
      const mixing = drawArchitecture(problem, own);
      const hosts = Array.from(
        { length: plan.batches },
        (_, b) => plainBatch(batches, searchBatch(fold(own, "batch"), b, batches.count, batch)),
      );
      const images = plan.batches * batch;
      const scored = await evaluateOn(runner, program, { ...fed, mixing }, hosts, {
        batch,
        images,
        signal: hooks.signal,
      });
      drawn.push({ round, ...scored, mixing });
      hooks.onStep({
        stage: "judge",
        epoch: round,
        epochs: plan.rounds,
        step: c + 1,
        steps: plan.candidates,
        accuracy: scored.accuracy,
      });
    }
    all.push(...drawn);
    for (const { mixing } of bestOf(drawn, plan.finalists)) {
      const scored = await evaluate(runner, program, { ...fed, mixing }, judges, batch, hooks.signal);
      finalists.push({ round, ...scored, mixing });
    }
  }
  return { candidates: all, finalists: bestOf(finalists, finalists.length) };
}
