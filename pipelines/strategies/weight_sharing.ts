/**
 * Random search with weight sharing: every weight step at an architecture of its own, drawn on the host; then the best
 * of many by the shared weights. An epoch is judged by an architecture a batch, since it has no cell of its own.
 */
import { z } from "zod";
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
import { count, scored, vector } from "../checkpoint/schemas.ts";
import { searchStateSchema, weightEpochSchema } from "../checkpoint/search_schemas.ts";
import { searchAdvice } from "../stages/advice.ts";
import type { AnySearchEpoch } from "../stages/epoch.ts";
import { evaluate, evaluateOn, plainBatch } from "../stages/evaluate.ts";
import type { Scored } from "../stages/measures.ts";
import { numberFeeds, numbersOf, scheduleOf, type SearchProblem } from "../stages/problem.ts";
import { mixedEvaluateGraph } from "../stages/supernet_evaluate.ts";
import { weightStep, weightStepGraph } from "../stages/weight_step.ts";
import { runLoop } from "../run/epochs.ts";
import { once } from "../run/once.ts";
import type { Hooks } from "../run/hooks.ts";
import { searchBatches } from "../algorithm/batches.ts";
import { searchSplit } from "../algorithm/search.ts";

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
  const prepared = once(() => {
    hooks.note("Preparing the supernet's steps");
    return runner.prepare(randomSearchGraphs(problem), { ...hooks, batch: config.batch });
  });

  const key = fold(keyFromSeed(config.seed), "search");
  const steps = batchesPerEpoch(halves.weights.count, config.batch);
  const batches = searchBatches(problem, halves, key);
  const { state } = await runLoop<SearchState, AnySearchEpoch, null>(
    runner,
    {
      name: "search",
      stage: "search",
      epochs: config.epochs,
      steps,
      batch: config.batch,
      schemas: { state: searchStateSchema(problem), epoch: weightEpochSchema, more: z.null() },
      initial: () => initialSearchState(runner, net, key, method.start),
      more: null,
      order: (epoch) => epochBatches(fold(key, "order"), epoch, halves.weights.count, config.batch),
      open: async () => {
        const programs = await prepared();
        const step = weightStep(problem, programs.weightStep);
        return {
          take(state, epoch, indices) {
            const schedule = scheduleOf(problem, epoch);
            const mixing = drawArchitecture(problem, fold(fold(key, "architecture"), state.step));
            const train = batches.train(indices, epoch, state.step);
            const [next, metrics] = step(state, { train, mixing, ...schedule });
            return { next, train: metrics, lr: schedule.lr };
          },
          async end({ epoch, state, train, log }) {
            const { lr, numbers } = scheduleOf(problem, epoch);
            const judged = fold(fold(key, "judged architecture"), epoch);
            const at = (b: number) => ({
              ...state,
              ...numberFeeds(numbers),
              mixing: drawArchitecture(problem, fold(judged, b)),
            });
            const valid = await evaluate(runner, programs.evaluate, at, judges, config.batch, hooks.signal, {
              advice: searchAdvice(problem).weights,
            });
            const done = log.finish({ train: train.mean, valid, lr }, { numbers });
            const record = { ...done, architecture: undefined, numbers, curvature: undefined };
            return { record, state, more: null, next: epoch + 1 };
          },
        };
      },
    },
    hooks,
    onEpoch,
  );

  const programs = await prepared();
  const found = await judgeCandidates(runner, problem, programs.evaluate, {
    state,
    steps: steps * config.epochs,
    key,
    batches: halves.alphas,
    judges,
  }, hooks);
  const supernet = await readSupernet(runner, state);
  runner.tensors.release(...tensorsOf(state));
  Object.values(programs).forEach((program) => program.destroy());
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

/** What is judged so far: of the candidates all rounds up to now, of the finalists too. */
interface Judged {
  readonly candidates: readonly Candidate[];
  readonly finalists: readonly Candidate[];
}

const judgedSchema = ({ layout }: SearchProblem): z.ZodType<Judged> => {
  const candidates = z.array(
    z.strictObject({ ...scored.shape, round: count, mixing: vector(layout.floats) }),
  );
  return z.strictObject({ candidates, finalists: candidates });
};

async function judgeCandidates(
  runner: Runner,
  problem: SearchProblem,
  program: Program,
  { state, steps, key, batches, judges }: Trained,
  hooks: Hooks,
): Promise<Judged> {
  const { config: { batch, epochs }, config, method, net } = problem;
  const plan = method.judging!(config, net.space, steps);
  const evaluated = { advice: searchAdvice(problem).weights };
  const fed = { ...state, ...numberFeeds(numbersOf(problem, epochs - 1)) };
  const part = hooks.parts?.part("judge", judgedSchema(problem));
  let { candidates, finalists }: Judged = part?.saved ?? { candidates: [], finalists: [] };
  const save = () => part?.save({ candidates, finalists });
  try {
    for (let round = 0; round < plan.rounds; round++) {
      const of = (judged: readonly Candidate[]) => judged.filter((candidate) => candidate.round === round);
      if (of(finalists).length === plan.finalists) continue;
      hooks.note(
        `Judging ${plan.candidates} architectures on ${plan.batches} batches each (round ${
          round + 1
        } of ${plan.rounds}), ` +
          `then the best ${plan.finalists} on ${judges.count} images`,
      );
      for (let c = of(candidates).length; c < plan.candidates; c++) {
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
          on: batches.name,
          signal: hooks.signal,
          evaluated,
        });
        candidates = [...candidates, { round, ...scored, mixing }];
        hooks.onStep({
          stage: "judge",
          epoch: round,
          epochs: plan.rounds,
          step: c + 1,
          steps: plan.candidates,
          accuracy: scored.accuracy,
        });
        if (part?.due) save();
      }
      for (const { mixing } of bestOf(of(candidates), plan.finalists).slice(of(finalists).length)) {
        const scored = await evaluate(
          runner,
          program,
          { ...fed, mixing },
          judges,
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
  return { candidates, finalists: bestOf(finalists, finalists.length) };
}
