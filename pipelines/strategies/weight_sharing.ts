/**
 * Random search with weight sharing: each weight step trains a newly drawn cell (drawn on the host); then many cells
 * are scored with the shared weights. An epoch has no cell of its own, so each batch of its evaluation takes a drawn
 * one.
 */
import { z } from "zod";
import { searchBatch } from "../../src/data/batches.ts";
import { destroy, type Program, type Runner } from "../../src/gpu/mod.ts";
import type { CandidateScoring, MethodSettings, WeightSharing } from "../../src/methods/mod.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import { sampledMixing } from "../../src/network/discretize.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { drawing, fold, type Key } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { setting } from "../../src/setting.ts";
import { searchKey, searchSplit } from "../algorithm/batches.ts";
import { supernetLoop } from "../algorithm/supernet_loop.ts";
import { weightEpochs } from "../algorithm/weight_epochs.ts";
import { vector } from "../checkpoint/schemas.ts";
import { EpochLoop } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchAdvice } from "../stages/advice.ts";
import { type AnySearchEpoch, count, scored, weightEpochSchema } from "../stages/epoch.ts";
import { evaluate, evaluateOn, plainBatch } from "../stages/evaluate.ts";
import type { Scored } from "../stages/measures.ts";
import { numbersOf, type SearchProblem } from "../stages/problem.ts";
import { mixedEvaluation } from "../stages/supernet_evaluate.ts";
import { weightStep } from "../stages/weight_step.ts";
import { offDevice, type StrategyRules } from "./rules.ts";

type Strategy = WeightSharing<MethodSettings>;

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

const graphs = (problem: SearchProblem) => ({
  weightStep: weightStep(problem).graph(),
  evaluate: mixedEvaluation(problem).graph(),
});

/** The mixing vector of an architecture drawn with the numbers of a key. */
export const drawArchitecture = ({ net: { space }, layout }: SearchProblem, key: Key): Float32Array =>
  sampledMixing(space, layout, drawing(key));

/** The `count` most accurate, best first; of equally accurate ones the smaller loss, then the earlier. */
export const mostAccurate = <T extends Scored>(scored: readonly T[], count: number): T[] =>
  [...scored].sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss).slice(0, count);

/** The candidates are in `candidates.json`: all on a few batches, and the finalists on all validation images. */
export const weightSharing: StrategyRules<Strategy> = {
  followsGradient: false,
  supernet: (problem) => ({ problem, graphs: graphs(problem) }),
  async find(runner, problem, strategy, hooks, onEpoch) {
    const { config, method, net, layout } = problem;
    if (config.hessian !== undefined) {
      hooks.note(`${method.name} moves no alphas: ${setting("hessian")} has nothing to measure.`);
    }
    // A checkpoint that does not fit is refused before anything is compiled.
    const loop: SharedLoop = new EpochLoop(
      runner,
      { ...supernetLoop(runner, problem, { epoch: weightEpochSchema, more: z.null() }), more: null },
      hooks,
      (epoch) => onEpoch(epoch, { index: 0 }),
    );
    hooks.note("Preparing the supernet's steps");
    const programs = await runner.prepare(graphs(problem), { ...hooks, batch: config.batch });
    await trainShared(runner, problem, programs, loop, hooks);
    const { state } = loop;
    const plan = strategy.scoring(config, net.space, state.step);
    const found = await scoreCandidates(runner, problem, plan, { program: programs.evaluate, state }, hooks);
    destroy(programs);
    const cell = (mixing: Float32Array) => strategy.cell(rowsOf(mixing, layout), net.space);
    const row = ({ mixing, ...scored }: Candidate): CandidateRow => ({
      ...scored,
      genotype: genotypeText(cell(mixing)),
    });
    return {
      genotype: cell(found.finalists[0]!.mixing),
      supernet: { net, vectors: await offDevice(runner, state) },
      shown: [0],
      notes: [],
      files: {
        "candidates.json": {
          candidates: found.candidates.map(row),
          finalists: found.finalists.map(row),
        },
      },
    };
  },
};

type SharedLoop = EpochLoop<SearchState, AnySearchEpoch, null>;

/** Trains the shared weights. */
async function trainShared(
  runner: Runner,
  problem: SearchProblem,
  programs: Record<"weightStep" | "evaluate", Program>,
  loop: SharedLoop,
  hooks: Hooks,
): Promise<void> {
  const { batch } = problem.config;
  const { validation } = searchSplit(problem);
  const key = searchKey(problem);
  const { weights: advice } = searchAdvice(problem);
  const drawn = (use: string, ...at: number[]) => drawArchitecture(problem, at.reduce(fold, fold(key, use)));
  const score = mixedEvaluation(problem).on(programs.evaluate);
  await weightEpochs(problem, programs.weightStep, loop, {
    mixing: ({ step }) => drawn("architecture", step),
    end: async (epoch, { lr, numbers }, train) => {
      const { state } = loop;
      // "judged" is the name of the random key.
      const at = (number: number) => ({
        state,
        numbers,
        mixing: drawn("judged architecture", epoch, number),
      });
      const valid = await evaluate(runner, score, at, validation, { batch, signal: hooks.signal, advice });
      const done = loop.report({ train, valid, lr }, { numbers });
      await loop.endEpoch({
        ...done,
        step: state.step,
        architecture: undefined,
        numbers,
        curvature: undefined,
      }, {
        more: null,
      });
    },
  });
}

/** What is scored so far: of the candidates all rounds up to now, of the finalists too. */
interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly finalists: readonly Candidate[];
}

const candidatesSchema = ({ layout }: SearchProblem): z.ZodType<Candidates> => {
  const candidates = z.array(
    z.strictObject({ ...scored.shape, round: count, mixing: vector(layout.floats) }),
  );
  return z.strictObject({ candidates, finalists: candidates });
};

/** Scores candidates with the shared weights of a trained state; the finalists come best first. */
async function scoreCandidates(
  runner: Runner,
  problem: SearchProblem,
  plan: CandidateScoring,
  { program, state }: { readonly program: Program; readonly state: SearchState },
  hooks: Hooks,
): Promise<Candidates> {
  const { halves: { alphas: images }, validation } = searchSplit(problem);
  const { batch, epochs } = problem.config;
  const { weights: advice } = searchAdvice(problem);
  const options = { batch, signal: hooks.signal, advice };
  const score = mixedEvaluation(problem).on(program);
  const numbers = numbersOf(problem, epochs - 1);
  const part = hooks.parts?.part("judge", candidatesSchema(problem));
  let { candidates, finalists }: Candidates = part?.saved ?? { candidates: [], finalists: [] };
  const save = () => part?.save({ candidates, finalists });
  const candidate = async (round: number, c: number): Promise<Candidate> => {
    const own = fold(fold(fold(searchKey(problem), "candidate"), round), c);
    const mixing = drawArchitecture(problem, own);
    const drawn = (b: number) => searchBatch(fold(own, "batch"), b, images.count, batch);
    const batches = Array.from({ length: plan.batches }, (_, b) => plainBatch(images, drawn(b)));
    const on = { ...options, images: plan.batches * batch, on: images.name };
    const scored = await evaluateOn(runner, score, () => ({ state, numbers, mixing }), batches, on);
    return { round, ...scored, mixing };
  };
  try {
    for (let round = 0; round < plan.rounds; round++) {
      const of = (all: readonly Candidate[]) => all.filter((candidate) => candidate.round === round);
      if (of(finalists).length === plan.finalists) continue;
      hooks.note(
        `Scoring ${plan.candidates} architectures on ${plan.batches} batches each (round ${
          round + 1
        } of ${plan.rounds}), ` +
          `then the best ${plan.finalists} on ${validation.count} images`,
      );
      for (let c = of(candidates).length; c < plan.candidates; c++) {
        const scored = await candidate(round, c);
        candidates = [...candidates, scored];
        hooks.onStep({
          stage: "score",
          epoch: round,
          epochs: plan.rounds,
          step: c + 1,
          steps: plan.candidates,
          accuracy: scored.accuracy,
        });
        if (part?.due) save();
      }
      for (const { mixing } of mostAccurate(of(candidates), plan.finalists).slice(of(finalists).length)) {
        const scored = await evaluate(
          runner,
          score,
          () => ({ state, numbers, mixing }),
          validation,
          options,
        );
        finalists = [...finalists, { round, ...scored, mixing }];
        if (part?.due) save();
      }
    }
  } catch (error) {
    if (hooks.signal.aborted && error === hooks.signal.reason) save();
    throw error;
  }
  if (finalists !== part?.saved?.finalists) save();
  return { candidates, finalists: mostAccurate(finalists, finalists.length) };
}
