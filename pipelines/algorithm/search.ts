/** The search: MS-DARTS's algorithm 2. */
import { z } from "zod";
import { destroy, type Runner } from "../../src/gpu/mod.ts";
import { dataError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { Verdict } from "../../src/methods/mod.ts";
import { fold, type Key } from "../../src/random.ts";
import { iteration } from "../../src/search/iteration.ts";
import type { SearchState } from "../../src/search/state.ts";
import { EpochLoop, type Next } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchAdvice } from "../stages/advice.ts";
import { decide } from "../stages/decide.ts";
import {
  count,
  type Discretized,
  type SearchEpoch,
  searchEpochSchema,
  type Seen,
  seenSchema,
} from "../stages/epoch.ts";
import { evaluate } from "../stages/evaluate.ts";
import { iterationGraphs, iterationSteps } from "../stages/iteration.ts";
import type { Scored } from "../stages/measures.ts";
import {
  type At,
  relaxer,
  relaxInputs,
  type Schedule,
  scheduleOf,
  type SearchProblem,
} from "../stages/problem.ts";
import { supernetEvaluation } from "../stages/supernet_evaluate.ts";
import { searchBatches, searchKey, searchSplit } from "./batches.ts";
import { notProbed, probe, probeCost, type Probed, probedSchema, probeGraphs } from "./curvature_probe.ts";
import { isLook, looker, lookGraphs, lookOf, looksWith } from "./look.ts";
import { supernetLoop } from "./supernet_loop.ts";
import { isWatched, rolledBack, type Watched, watchedSchema, watchOf, withEigenvalue } from "./watch.ts";

/** What a search ends with. */
export interface SearchResult {
  /** The epoch whose cell is the result: the last, unless the method stopped early. */
  readonly found: SearchEpoch;
  /** One sentence for each time the method stopped the search or rolled it back. */
  readonly notes: readonly string[];
  /** The state it ends in, on the device; the caller's to release. */
  readonly state: SearchState;
}

/** What checkpoints of a search have besides its state. */
interface Kept {
  /** Where the epochs that were not rolled back stand in the journal. */
  readonly history: readonly number[];
  /** The notes of the result, under the name that checkpoints have for them. */
  readonly turns: readonly string[];
  /** The L2 penalty on the supernet's weights: a method may change it. */
  readonly weightDecay: number;
  readonly watch: Watched;
  readonly probe: Probed;
  /** What was seen so far in the epoch that is under way. */
  readonly looks: readonly Seen[];
}

const keptSchema = (problem: SearchProblem): z.ZodType<Kept> =>
  z.strictObject({
    history: z.array(count),
    turns: z.array(z.string()),
    weightDecay: z.number(),
    watch: watchedSchema(problem),
    probe: probedSchema(problem),
    // Checkpoints were without it once.
    looks: z.array(seenSchema).default([]),
  });

type SearchLoop = EpochLoop<SearchState, SearchEpoch, Kept>;

/**
 * Searches. `onEpoch` gets every epoch as soon as it is done; after a rollback they come again from the epoch after
 * the one that the search went back to. `initial` gives the state to begin with; a fresh one when left out.
 */
export async function searchLoop(
  runner: Runner,
  problem: SearchProblem,
  hooks: Hooks,
  onEpoch: (epoch: SearchEpoch) => void,
  initial?: () => SearchState,
): Promise<SearchResult> {
  const loop: SearchLoop = new EpochLoop(
    runner,
    {
      ...supernetLoop(runner, problem, { epoch: searchEpochSchema, more: keptSchema(problem) }),
      ...initial && { initial },
      more: {
        history: [],
        turns: [],
        weightDecay: problem.config.weightDecay,
        watch: { series: [], snapshots: [] },
        probe: notProbed,
        looks: [],
      },
    },
    hooks,
    onEpoch,
  );
  if (!loop.done) await algorithm2(runner, problem, loop, hooks);
  const found = loop.journal[loop.more.history.at(-1) ?? -1];
  if (found === undefined) throw dataError("The checkpoint of the search does not have the epoch it found.");
  return { found, notes: loop.more.turns, state: loop.state };
}

/** The epochs that are left of a search. */
async function algorithm2(
  runner: Runner,
  problem: SearchProblem,
  loop: SearchLoop,
  hooks: Hooks,
): Promise<void> {
  const { config } = problem;
  const { halves, validation } = searchSplit(problem);
  const batches = searchBatches(problem, halves);
  if (loop.saved && isDecided(problem, loop.saved.state)) hooks.note(decidedNote);
  let prepared = await prepare(runner, problem, loop.more, hooks);
  const probes = await runner.prepare(probeGraphs(problem), { ...hooks, batch: config.batch });

  await loop.untilStopped(async () => {
    for (const epoch of loop.epochs()) {
      if (loop.more.weightDecay !== prepared.problem.config.weightDecay) {
        destroy(prepared.programs);
        prepared = await prepare(runner, problem, loop.more, hooks);
      }
      const { problem: current, steps, score, look } = prepared;
      const resting = epoch < config.warmup;

      for (const indices of loop.batches()) {
        const { state: first } = loop;
        const schedule = scheduleOf(current, epoch, loop.share);
        const train = batches.train(indices, epoch, first.step);
        const search = batches.search(epoch, first.step);
        // Lines 1 to 3: the architecture step on the search batch; the mean shift around its alphas (algorithm 1);
        // the weight step on the training batch at the shifted ones. Some methods swap the steps, or make one of them.
        const reached = iteration({ state: first, first, schedule }, { train, search, resting }, steps);
        const looks = isLook(current, reached.state.step)
          ? [lookOf(await look({ state: reached.state, numbers: schedule.numbers, batch: search }))]
          : [];
        const more = { ...loop.more, looks: [...loop.more.looks, ...looks] };
        await loop.advance(reached.state, reached, schedule.lr, more);
      }

      const { state, more } = loop;
      const schedule = scheduleOf(current, epoch, loop.share);
      const means = await loop.means();
      const valid = await score({ ...schedule, state }, epoch, validation);
      // Decisions take effect from the next epoch.
      const decided = await decide(runner, state, current, epoch);
      const batch = batches.search(epoch, state.step - 1);
      const found = await look({ state: decided, numbers: schedule.numbers, batch });
      const probed = await probe(runner, current, probes, epoch, {
        before: more.probe,
        state,
        numbers: schedule.numbers,
        batch,
        genotype: found.genotype,
        accuracy: valid.accuracy,
        validation,
        signal: hooks.signal,
      });
      const record: SearchEpoch = {
        ...found,
        ...loop.report({ ...means, valid, lr: schedule.lr }, reportOf(found, schedule)),
        architecture: means.architecture,
        numbers: schedule.numbers,
        curvature: probed?.curvature,
        ...config.logEvery > 0 && { looks: looksWith(more.looks, found) },
      };
      const kept = {
        ...more,
        history: [...more.history, loop.journal.length],
        probe: probed?.probe ?? more.probe,
        looks: [],
      };
      await loop.endEpoch(
        record,
        await afterEpoch(runner, current, record, { state: decided, more: kept }, hooks),
      );
    }
  });
  destroy(prepared.programs);
  destroy(probes);
  if (loop.more.probe.estimates > 0) hooks.note(probeCost(loop.more.probe, loop.seconds));
}

/** What the progress of an epoch shows of the cell found at its end. */
export const reportOf = ({ skips, entropy, judgement }: Discretized, { numbers }: Schedule) => ({
  numbers,
  skipCount: skips,
  alphaEntropy: entropy,
  benchmark: judgement && { accuracy: judgement.accuracies[judgement.dataset]!, rank: judgement.rank },
});

/** The graphs of a search, by stage: what is compiled, explained and run. */
export const searchGraphs = (problem: SearchProblem): Record<string, Record<string, Node>> => ({
  ...stepGraphs(problem),
  ...probeGraphs(problem),
});

const stepGraphs = (problem: SearchProblem): Record<string, Record<string, Node>> => ({
  ...iterationGraphs(problem),
  evaluate: epochEvaluation(problem).graph(),
  ...lookGraphs(problem),
});

/** The evaluation at the mixing vector of the alphas; some methods draw one for each batch. */
function epochEvaluation(problem: SearchProblem) {
  const { method, config } = problem;
  const key = ({ key }: EpochPass) => key;
  const chance = method.chanceInEvaluation?.(config) ?? false;
  const inputs = relaxInputs(problem, chance ? key : undefined);
  return supernetEvaluation<EpochPass, typeof inputs>(problem, {
    inputs,
    mixing: (nodes) => relaxer(problem, nodes)(nodes.alphas),
  });
}

interface EpochPass extends At {
  readonly key: Key;
}

/** The programs of a search's steps on the device, under a weight decay that a method may change. */
export async function prepare(
  runner: Runner,
  whole: SearchProblem,
  { weightDecay }: Pick<Kept, "weightDecay">,
  hooks: Hooks,
) {
  const problem = { ...whole, config: { ...whole.config, weightDecay } };
  const { batch } = problem.config;
  hooks.note("Preparing the supernet's steps");
  const programs = await runner.prepare(stepGraphs(problem), { ...hooks, batch });
  const scoring = epochEvaluation(problem).on(programs["evaluate"]!);
  const key = fold(searchKey(problem), "evaluation relaxation");
  const { weights: advice } = searchAdvice(problem);
  /** Loss and accuracy of the supernet at the end of an epoch. */
  const score = (at: At, epoch: number, images: Images): Promise<Scored> => {
    const keyed = (number: number) => ({ ...at, key: fold(fold(key, epoch), number) });
    return evaluate(runner, scoring, keyed, images, { batch, signal: hooks.signal, advice });
  };
  return {
    problem,
    programs,
    steps: iterationSteps(runner, problem, programs),
    score,
    look: looker(runner, problem, programs),
  };
}

/** How the search goes on after an epoch, by the method's rule on its eigenvalues. */
async function afterEpoch(
  runner: Runner,
  problem: SearchProblem,
  { epoch, curvature }: SearchEpoch,
  { state, more: kept }: { readonly state: SearchState; readonly more: Kept },
  hooks: Hooks,
): Promise<Next<SearchState, Kept>> {
  if (!isWatched(problem, epoch)) return { state, more: kept };
  const row = { epoch, value: curvature!.eigenvalue };
  const watch = await withEigenvalue(kept.watch, row, { runner, problem, state });
  const verdict = watchOf(problem)!(problem.config, watch.series, problem.config);
  if (verdict.kind === "continue") return { state, more: { ...kept, watch } };
  const note = verdictNote(verdict, epoch);
  hooks.note(note);
  const more = {
    ...kept,
    watch,
    history: kept.history.slice(0, verdict.epoch + 1),
    turns: [...kept.turns, note],
  };
  if (verdict.kind === "stop") return { state, more, ended: true };
  const { weightDecay } = verdict;
  const back = rolledBack(watch, verdict.epoch, runner);
  return { state: back.state, more: { ...more, weightDecay, watch: back.watch }, next: verdict.epoch + 1 };
}

/** A verdict in words. Epochs are counted from 0, as in the metrics. */
function verdictNote(verdict: Exclude<Verdict, { kind: "continue" }>, epoch: number): string {
  const grown = `The dominant eigenvalue had grown in epoch ${epoch}`;
  return verdict.kind === "stop"
    ? `${grown}: the search stopped, and its cell is that of epoch ${verdict.epoch}.`
    : `${grown}: the search went back to the end of epoch ${verdict.epoch}, with weight decay ${
      Number(verdict.weightDecay.toPrecision(6))
    }.`;
}

/** Whether a method that decides edges one after the other has decided all. */
const isDecided = ({ layout }: SearchProblem, { decisions }: Pick<SearchState, "decisions">): boolean =>
  layout.matrices.every(({ name }) => decisions[name]?.every((decision) => decision !== "open") ?? false);

const decidedNote =
  "Every edge of the cell is decided already: what is left trains weights, and the cell stays as it is";
