/** The search: MS-DARTS algorithm 2 over epochs. */
import { z } from "zod";
import { batchesPerEpoch, checkBatch, epochBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { searchHalves, slice } from "../../src/data/splits.ts";
import { type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import { dataError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Verdict } from "../../src/methods/mod.ts";
import { fold, type Key, keyFromSeed } from "../../src/random.ts";
import { initialSearchState, type SearchState } from "../../src/search/state.ts";
import { readSupernet, type SupernetVectors } from "../../src/search/supernet_file.ts";
import { count } from "../checkpoint/schemas.ts";
import { searchEpochSchema, searchStateSchema } from "../checkpoint/search_schemas.ts";
import { searchAdvice } from "../stages/advice.ts";
import { decide } from "../stages/decide.ts";
import { discretize } from "../stages/discretize.ts";
import type { SearchEpoch } from "../stages/epoch.ts";
import { evaluate } from "../stages/evaluate.ts";
import {
  alphaInput,
  decisionFeeds,
  numberFeeds,
  relaxer,
  relaxFeeds,
  scheduleOf,
  type SearchProblem,
} from "../stages/problem.ts";
import { supernetEvaluateGraph } from "../stages/supernet_evaluate.ts";
import { turn, turnGraphs } from "../stages/iteration.ts";
import { CurvatureProbe, type Probed, probedSchema } from "./curvature_probe.ts";
import { runLoop, type Steps } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchBatches } from "./batches.ts";
import { Watch, type Watched, watchedSchema } from "./watch.ts";

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

/** What a search keeps besides its state. */
interface Kept {
  /** Where the epochs that were not turned back stand in the journal. */
  readonly history: readonly number[];
  readonly turns: readonly string[];
  /** Of the supernet's weights: a method may change it. */
  readonly weightDecay: number;
  readonly watch: Watched;
  readonly probe: Probed;
}

const keptSchema = (problem: SearchProblem): z.ZodType<Kept> =>
  z.strictObject({
    history: z.array(count),
    turns: z.array(z.string()),
    weightDecay: z.number(),
    watch: watchedSchema(problem),
    probe: probedSchema(problem),
  });

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
  const { halves } = searchSplit(problem);
  const key = searchKey(problem);
  const { state, journal, more } = await runLoop(
    runner,
    {
      name: "search",
      stage: "search",
      epochs: config.epochs,
      steps: batchesPerEpoch(halves.weights.count, config.batch),
      batch: config.batch,
      schemas: { state: searchStateSchema(problem), epoch: searchEpochSchema, more: keptSchema(problem) },
      initial: () => initialSearchState(runner, net, key, method.start),
      more: {
        history: [],
        turns: [],
        weightDecay: config.weightDecay,
        watch: Watch.nothing,
        probe: CurvatureProbe.nothing,
      },
      order: (epoch) => epochBatches(fold(key, "order"), epoch, halves.weights.count, config.batch),
      open: (more, saved) => {
        if (saved && isDecided(problem, saved)) hooks.note(decidedNote);
        return openSearch(runner, problem, hooks, more);
      },
    },
    hooks,
    onEpoch,
  );
  const supernet = await readSupernet(runner, state);
  runner.tensors.release(...tensorsOf(state));
  const found = journal[more.history.at(-1) ?? -1];
  if (found === undefined) throw dataError("The checkpoint of the search does not have the epoch it found.");
  return { found, turns: more.turns, supernet };
}

/** Whether a method that decides edges one after the other has decided all. */
const isDecided = ({ layout }: SearchProblem, { decisions }: Pick<SearchState, "decisions">): boolean =>
  layout.matrices.every(({ name }) => decisions[name]?.every((decision) => decision !== "open") ?? false);

const decidedNote =
  "Every edge of the cell is decided already: what is left trains weights, and the cell stays as it is";

/** The key of a search, and of each stage where there are several. */
function searchKey({ config, stage }: SearchProblem): Key {
  const whole = fold(keyFromSeed(config.seed), "search");
  return stage === undefined ? whole : fold(fold(whole, "stage"), stage);
}

/** The steps and the epoch's end of a search, ready to run. */
async function openSearch(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  begun: Kept,
): Promise<Steps<SearchState, SearchEpoch, Kept>> {
  const { config } = problem;
  const key = searchKey(problem);
  const { halves, judges } = searchSplit(problem);
  const batches = searchBatches(problem, halves, key);
  const prepare = async (weightDecay: number) => {
    const current = { ...problem, config: { ...config, weightDecay } };
    hooks.note("Preparing the supernet's steps");
    const programs = await runner.prepare(searchGraphs(current), { ...hooks, batch: config.batch });
    return { current, programs, take: turn(runner, current, programs) };
  };
  let ready = await prepare(begun.weightDecay);
  const probe = await CurvatureProbe.open(runner, problem, hooks, begun.probe);
  const watch = new Watch(runner, begun.watch);
  let kept = begun;

  /** What the method says to an epoch that ended in `state`. */
  const judge = async (record: SearchEpoch, state: SearchState): Promise<Verdict> =>
    Watch.wants(ready.current, record.epoch)
      ? await watch.judge(ready.current, { epoch: record.epoch, value: record.curvature!.eigenvalue }, state)
      : { kind: "continue" };

  return {
    take(state, epoch, indices) {
      const schedule = scheduleOf(problem, epoch);
      const [next, metrics] = ready.take(state, {
        ...schedule,
        train: batches.train(indices, epoch, state.step),
        valid: batches.valid(epoch, state.step),
        resting: epoch < config.warmup,
      });
      return { next, ...metrics, lr: schedule.lr };
    },
    async end({ epoch, number, state, train, architecture, log }) {
      const { current, programs } = ready;
      const { lr, numbers } = scheduleOf(problem, epoch);
      const judging = fold(fold(key, "evaluation relaxation"), epoch);
      const fed = { ...state, ...numberFeeds(numbers), ...decisionFeeds(current, state) };
      const judged = (b: number) => ({ ...fed, ...relaxFeeds(fold(judging, b)) });
      const valid = await evaluate(
        runner,
        programs["evaluate"]!,
        judged,
        judges,
        config.batch,
        hooks.signal,
        { advice: searchAdvice(current).weights },
      );
      // What is decided now is no part of what this epoch trained.
      const decided = await decide(runner, state, current, epoch);
      const found = await discretize(runner, decided, current);
      const curvature = probe && CurvatureProbe.wants(current, epoch)
        ? await probe.measure(current, epoch, {
          state,
          batch: batches.valid(epoch, state.step - 1),
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
      const record: SearchEpoch = {
        ...found,
        ...done,
        architecture: architecture.empty ? undefined : architecture.mean,
        numbers,
        curvature,
      };
      const verdict = await judge(record, decided);
      kept = { ...kept, history: [...kept.history, number] };
      if (verdict.kind !== "continue") {
        const note = turnNote(verdict, epoch);
        hooks.note(note);
        kept = { ...kept, history: kept.history.slice(0, verdict.epoch + 1), turns: [...kept.turns, note] };
      }
      let next = { state: decided, epoch: epoch + 1 };
      if (verdict.kind === "rollback") {
        next = { state: watch.rollback(verdict.epoch), epoch: verdict.epoch + 1 };
        Object.values(programs).forEach((program) => program.destroy());
        ready = await prepare(verdict.weightDecay);
        kept = { ...kept, weightDecay: verdict.weightDecay };
      }
      kept = { ...kept, watch: watch.kept, probe: probe?.kept ?? CurvatureProbe.nothing };
      return {
        record,
        state: next.state,
        more: kept,
        next: next.epoch,
        ended: verdict.kind === "stop",
      };
    },
    close(seconds) {
      Object.values(ready.programs).forEach((program) => program.destroy());
      if (!probe) return;
      hooks.note(probe.cost(seconds));
      probe.destroy();
    },
  };
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
