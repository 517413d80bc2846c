/**
 * Methods that select the cell on the supernet that a search has trained: rounds of questions, each decided by how the
 * supernet does without each of several parts, and training between them.
 */
import { z } from "zod";
import { slice } from "../../src/data/splits.ts";
import { destroy, type Program, type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import type { MethodSettings, Question, RemovalScore, Selection } from "../../src/methods/mod.ts";
import { fold } from "../../src/random.ts";
import { iteration } from "../../src/search/iteration.ts";
import type { SearchState } from "../../src/search/state.ts";
import { searchBatches, searchKey, searchSplit } from "../algorithm/batches.ts";
import { isLook, lookOf, looksWith } from "../algorithm/look.ts";
import { prepare, reportOf, searchGraphs, searchLoop, type SearchResult } from "../algorithm/search.ts";
import { supernetLoop } from "../algorithm/supernet_loop.ts";
import { EpochLoop } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchAdvice } from "../stages/advice.ts";
import { scored, type SearchEpoch, searchEpochSchema, type Seen, seenSchema } from "../stages/epoch.ts";
import { evaluate } from "../stages/evaluate.ts";
import type { Reached } from "../stages/iteration.ts";
import type { Scored } from "../stages/measures.ts";
import { numbersOf, type Schedule, type SearchProblem } from "../stages/problem.ts";
import { evaluationWithout } from "../stages/removal.ts";
import { foundBy, type StrategyRules } from "./rules.ts";

type Strategy = Selection<MethodSettings>;

/** A row of `selection.json`: a question, and what it decided. */
interface Answered {
  /** From 0. */
  readonly round: number;
  /** Weight steps since the search. */
  readonly steps: number;
  readonly about: string;
  /** What the supernet scored without each part. */
  readonly without: readonly (Scored & { readonly name: string })[];
  readonly outcome: string;
}

/** What checkpoints of a selection have besides its state. */
interface Kept {
  readonly answered: readonly Answered[];
  /** The scores of the question under way. */
  readonly scores: readonly RemovalScore[];
  /** What was seen so far in the epoch that is under way. */
  readonly looks: readonly Seen[];
}

const keptSchema: z.ZodType<Kept> = z.strictObject({
  answered: z.array(z.strictObject({
    round: z.int(),
    steps: z.int(),
    about: z.string(),
    without: z.array(scored.extend({ name: z.string() })),
    outcome: z.string(),
  })),
  scores: z.array(scored),
  looks: z.array(seenSchema),
});

/** The steps of the search, which train on between the rounds, and the supernet without a part. */
export const selection: StrategyRules<Strategy> = {
  followsGradient: true,
  supernet: (problem) => ({ problem, graphs: { ...searchGraphs(problem), ...removalGraphs(problem) } }),
  async find(runner, problem, strategy, hooks, onEpoch) {
    const log = (epoch: SearchEpoch) => onEpoch(epoch, { index: 0 });
    const searched = await searchLoop(runner, problem, hooks, log);
    const { answered, ...selected } = await select(runner, problem, strategy, searched, hooks, log);
    return { ...await foundBy(runner, problem, selected), files: { "selection.json": answered } };
  },
};

const removalGraphs = (problem: SearchProblem) => ({ without: evaluationWithout(problem).graph() });

/** A question, and after how many weight steps it is asked. */
interface Due {
  readonly question: Question;
  readonly round: number;
  /** Of all. */
  readonly rounds: number;
  readonly steps: number;
}

/** The questions in their order: the rounds lie evenly over the steps, the first before them and the last after. */
const inOrder = (rounds: readonly (readonly Question[])[], steps: number): Due[] =>
  rounds.flatMap((questions, round) =>
    questions.map((question) => ({
      question,
      round,
      rounds: rounds.length,
      steps: Math.floor((round * steps) / Math.max(1, rounds.length - 1)),
    }))
  );

type SelectionLoop = EpochLoop<SearchState, SearchEpoch, Kept>;

/** Selects the cell, on the state that the search ended with. */
async function select(
  runner: Runner,
  problem: SearchProblem,
  strategy: Strategy,
  searched: SearchResult,
  hooks: Hooks,
  onEpoch: (epoch: SearchEpoch) => void,
): Promise<SearchResult & Pick<Kept, "answered">> {
  const { config, net: { space } } = problem;
  const supernet = supernetLoop(runner, problem, { epoch: searchEpochSchema, more: keptSchema });
  const loop: SelectionLoop = new EpochLoop(
    runner,
    {
      ...supernet,
      name: "selection",
      after: config.epochs,
      epochs: strategy.epochs(config, config.epochs, space),
      initial: () => withoutMomentum(runner, searched.state),
      batchesOf: (epoch) => supernet.batchesOf(config.epochs + epoch),
      more: { answered: [], scores: [], looks: [] },
    },
    hooks,
    onEpoch,
  );
  if (loop.saved) runner.tensors.release(...tensorsOf(searched.state));
  if (!loop.done) await askAndTrain(runner, problem, strategy, loop, supernet.steps, hooks);
  const { answered } = loop.more;
  return { ...searched, found: loop.journal.at(-1)!, state: loop.state, answered };
}

/** The state with SGD's momentum at zero. */
function withoutMomentum({ tensors }: Runner, state: SearchState): SearchState {
  const floats = state.velocity.shape[0]!;
  const velocity = tensors.upload(new Float32Array(floats), [floats]);
  tensors.release(state.velocity);
  return { ...state, velocity };
}

/** The rounds that are left, and the epochs between them. */
async function askAndTrain(
  runner: Runner,
  problem: SearchProblem,
  strategy: Strategy,
  loop: SelectionLoop,
  steps: number,
  hooks: Hooks,
): Promise<void> {
  const { config, net: { space } } = problem;
  const { halves, validation } = searchSplit(problem);
  const batches = searchBatches(problem, halves);
  const epochs = strategy.epochs(config, config.epochs, space);
  const key = fold(searchKey(problem), "selection");
  const questions = inOrder(strategy.rounds(config, space, key), epochs * steps);
  const last = config.epochs - 1;
  const schedule = (epoch: number): Schedule => ({
    lr: strategy.lr(config, { space, lr: config.lr, lrMin: config.lrMin, done: epoch / epochs }),
    numbers: numbersOf(problem, last),
    drop: config.searchDropPath,
  });
  hooks.note(
    `Selecting the cell on the trained supernet: ${questions.length} decisions, and ${epochs} epoch${
      epochs === 1 ? "" : "s"
    } from the first to the last`,
  );
  const prepared = await prepare(runner, problem, config, hooks);
  const programs = await runner.prepare(removalGraphs(problem), { ...hooks, batch: config.batch });
  const ask = asking(runner, problem, strategy, programs.without, hooks);
  const askAll = async (epoch: number, taken: number) => {
    for (;;) {
      const next = questions[loop.more.answered.length];
      if (next === undefined || next.steps > epoch * steps + taken) return;
      await ask(loop, next);
    }
  };

  await loop.untilStopped(async () => {
    for (const epoch of loop.epochs()) {
      const at = schedule(epoch);
      let taken = Math.round(loop.share * steps);
      await askAll(epoch, taken);
      for (const indices of loop.batches()) {
        const { state: first } = loop;
        const train = batches.train(indices, config.epochs + epoch, first.step);
        const search = batches.search(config.epochs + epoch, first.step);
        const begun: Reached = { state: first, first, schedule: at };
        const reached = iteration(begun, { train, search, resting: false }, prepared.steps);
        const looks = isLook(problem, reached.state.step)
          ? [lookOf(await prepared.look({ state: reached.state, numbers: at.numbers, batch: search }))]
          : [];
        const more = { ...loop.more, looks: [...loop.more.looks, ...looks] };
        await loop.advance(reached.state, reached, at.lr, more);
        await askAll(epoch, ++taken);
      }
      const { state, more } = loop;
      const means = await loop.means();
      const valid = await prepared.score({ ...at, state }, last, validation);
      const batch = batches.search(config.epochs + epoch, state.step - 1);
      const found = await prepared.look({ state, numbers: at.numbers, batch });
      const record: SearchEpoch = {
        ...found,
        ...loop.report({ ...means, valid, lr: at.lr }, reportOf(found, at)),
        architecture: means.architecture,
        numbers: at.numbers,
        ...config.logEvery > 0 && {
          // What was decided at the end of the epoch came after a look at its last step.
          looks: looksWith(more.looks.filter(({ step }) => step !== found.step), found),
        },
      };
      await loop.endEpoch(record, { more: { ...more, looks: [] } });
    }
  });
  destroy(prepared.programs);
  destroy(programs);
}

/** What asks a question: it scores the supernet without each part, and decides. */
function asking(
  runner: Runner,
  problem: SearchProblem,
  strategy: Strategy,
  program: Program,
  hooks: Hooks,
) {
  const { config } = problem;
  const { halves: { alphas } } = searchSplit(problem);
  const images = slice(alphas, 0, Math.min(strategy.images(config) || Infinity, alphas.count), alphas.name);
  const score = evaluationWithout(problem).on(program);
  const { weights: advice } = searchAdvice(problem);
  const numbers = numbersOf(problem, config.epochs - 1);
  const options = { batch: config.batch, signal: hooks.signal, advice };
  return async (
    loop: SelectionLoop,
    { question, round, rounds, steps }: Due,
  ): Promise<void> => {
    const { about } = question;
    const removals = question.removals(loop.state.decisions);
    for (let r = loop.more.scores.length; r < removals.length; r++) {
      const { state, more } = loop;
      const removal = removals[r]!;
      const result = await evaluate(runner, score, () => ({ state, numbers, removal }), images, options);
      await loop.change(state, { ...more, scores: [...more.scores, result] });
      const { accuracy } = result;
      hooks.onStep({
        ...{ stage: "select", epoch: round, epochs: rounds },
        ...{ step: r + 1, steps: removals.length, accuracy },
      });
    }
    const { state, more } = loop;
    const { decisions, outcome } = question.answer(state.decisions, more.scores);
    const without = removals.map(({ name }, r) => ({ name, ...more.scores[r]! }));
    const answered = [...more.answered, { round, steps, about, without, outcome }];
    await loop.change({ ...state, decisions }, { ...more, answered, scores: [] });
    hooks.note(`${about}: ${outcome}`);
  };
}
