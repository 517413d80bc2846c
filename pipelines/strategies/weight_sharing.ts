/**
 * Random search with weight sharing: every weight step at an architecture of its own, drawn on the host; then the best
 * of many by the shared weights. An epoch is evaluated at one architecture a batch, since it has no cell of its own.
 */
import { z } from "zod";
import { searchBatch } from "../../src/data/batches.ts";
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { MethodSettings, WeightSharing } from "../../src/methods/mod.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import { sampledMixing } from "../../src/network/discretize.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { drawing, fold, type Key } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { searchBatches, searchKey, searchSplit } from "../algorithm/batches.ts";
import { supernetLoop } from "../algorithm/supernet_loop.ts";
import { vector } from "../checkpoint/schemas.ts";
import { EpochLoop } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchAdvice } from "../stages/advice.ts";
import { type AnySearchEpoch, count, scored, weightEpochSchema } from "../stages/epoch.ts";
import { evaluate, evaluateOn, plainBatch } from "../stages/evaluate.ts";
import type { Scored } from "../stages/measures.ts";
import { numberFeeds, numbersOf, scheduleOf, type SearchProblem } from "../stages/problem.ts";
import { mixedEvaluateGraph } from "../stages/supernet_evaluate.ts";
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
  evaluate: mixedEvaluateGraph(problem),
});

/** The mixing vector of an architecture drawn with the numbers of a key. */
export const drawArchitecture = ({ net: { space }, layout }: SearchProblem, key: Key): Float32Array =>
  sampledMixing(space, layout, drawing(key));

/** The `count` most accurate, best first; of equally accurate ones the smaller loss, then the earlier. */
export const mostAccurate = <T extends Scored>(scored: readonly T[], count: number): T[] =>
  [...scored].sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss).slice(0, count);

/** The candidates are in `candidates.json`: all on a few batches, and the finalists on all validation images. */
export const weightSharing: StrategyRules<Strategy> = {
  bySteps: false,
  supernet: (problem) => ({ problem, graphs: graphs(problem) }),
  async find(runner, problem, strategy, hooks, onEpoch) {
    const { config, method, net, layout } = problem;
    if (config.hessian !== undefined) {
      hooks.note(`${method.name} moves no alphas: --hessian has nothing to measure.`);
    }
    hooks.note("Preparing the supernet's steps");
    const programs = await runner.prepare(graphs(problem), { ...hooks, batch: config.batch });
    const state = await trainShared(
      runner,
      problem,
      programs,
      hooks,
      (epoch) => onEpoch(epoch, { index: 0 }),
    );
    const found = await scoreCandidates(runner, problem, strategy, programs.evaluate, state, hooks);
    Object.values(programs).forEach((program) => program.destroy());
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

/** Trains the shared weights. */
async function trainShared(
  runner: Runner,
  problem: SearchProblem,
  programs: Record<"weightStep" | "evaluate", Program>,
  hooks: Hooks,
  onEpoch: (epoch: AnySearchEpoch) => void,
): Promise<SearchState> {
  const { config } = problem;
  const { halves, validation } = searchSplit(problem);
  const batches = searchBatches(problem, halves);
  const key = searchKey(problem);
  const { weights: advice } = searchAdvice(problem);
  const drawn = (use: string, ...at: number[]) => drawArchitecture(problem, at.reduce(fold, fold(key, use)));
  const loop = new EpochLoop<SearchState, AnySearchEpoch, null>(
    runner,
    { ...supernetLoop(runner, problem, { epoch: weightEpochSchema, more: z.null() }), more: null },
    hooks,
    onEpoch,
  );
  const step = weightStep(problem).on(programs.weightStep);
  await loop.untilStopped(async () => {
    for (const epoch of loop.epochs()) {
      const { lr, numbers, drop } = scheduleOf(problem, epoch);
      for (const indices of loop.batches()) {
        const { state } = loop;
        const train = batches.train(indices, epoch, state.step);
        const mixing = drawn("architecture", state.step);
        const [next, metrics] = step({ state, train, mixing, lr, numbers, drop });
        await loop.advance(next, { train: metrics }, lr);
      }
      const { train } = await loop.measured();
      const at = (batch: number) => ({
        ...loop.state,
        ...numberFeeds(numbers),
        mixing: drawn("judged architecture", epoch, batch),
      });
      const valid = await evaluate(runner, programs.evaluate, at, validation, config.batch, hooks.signal, {
        advice,
      });
      const done = loop.finish({ train, valid, lr }, { numbers });
      await loop.endEpoch({ ...done, architecture: undefined, numbers, curvature: undefined }, {
        more: null,
      });
    }
  });
  return loop.state;
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
  { scoring }: Strategy,
  program: Program,
  state: SearchState,
  hooks: Hooks,
): Promise<Candidates> {
  const { config: { batch, epochs }, config, net } = problem;
  const { halves: { alphas: images }, validation } = searchSplit(problem);
  const plan = scoring(config, net.space, state.step);
  const evaluated = { advice: searchAdvice(problem).weights };
  const fed = { ...state, ...numberFeeds(numbersOf(problem, epochs - 1)) };
  const part = hooks.parts?.part("judge", candidatesSchema(problem));
  let { candidates, finalists }: Candidates = part?.saved ?? { candidates: [], finalists: [] };
  const save = () => part?.save({ candidates, finalists });
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
        const own = fold(fold(fold(searchKey(problem), "candidate"), round), c);
        const mixing = drawArchitecture(problem, own);
        const hosts = Array.from(
          { length: plan.batches },
          (_, b) => plainBatch(images, searchBatch(fold(own, "batch"), b, images.count, batch)),
        );
        const scored = await evaluateOn(runner, program, { ...fed, mixing }, hosts, {
          batch,
          images: plan.batches * batch,
          on: images.name,
          signal: hooks.signal,
          evaluated,
        });
        candidates = [...candidates, { round, ...scored, mixing }];
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
          program,
          { ...fed, mixing },
          validation,
          batch,
          hooks.signal,
          evaluated,
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
