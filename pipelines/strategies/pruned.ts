/**
 * Methods that train the weights of the operations that are left, and drop operations by what is measured of them
 * (IS-DARTS). What a state has as alphas is the mask of these operations, so that checkpoints and logs have it too.
 */
import { z } from "zod";
import { dataError } from "../../src/errors.ts";
import { destroy, type Program, type Runner } from "../../src/gpu/mod.ts";
import type { MethodSettings, Pruned } from "../../src/methods/mod.ts";
import { type AlphaRows, flatOf } from "../../src/network/alphas.ts";
import type { SearchState } from "../../src/search/state.ts";
import { setting } from "../../src/setting.ts";
import { searchSplit } from "../algorithm/batches.ts";
import { looksWith } from "../algorithm/look.ts";
import { reportOf } from "../algorithm/search.ts";
import { supernetLoop } from "../algorithm/supernet_loop.ts";
import { weightEpochs } from "../algorithm/weight_epochs.ts";
import { EpochLoop } from "../run/epochs.ts";
import type { Hooks } from "../run/hooks.ts";
import { discretize, readAlphas, relaxed } from "../stages/discretize.ts";
import { type SearchEpoch, searchEpochSchema } from "../stages/epoch.ts";
import { importanceOver, importanceStage } from "../stages/importance.ts";
import { numbersOf, type SearchProblem } from "../stages/problem.ts";
import { weightStep } from "../stages/weight_step.ts";
import { foundBy, type StrategyRules } from "./rules.ts";

type Strategy = Pruned<MethodSettings>;

const graphs = (problem: SearchProblem) => ({
  weightStep: weightStep(problem).graph(),
  importance: importanceStage(problem).graph(),
});

export const pruned: StrategyRules<Strategy> = {
  followsGradient: false,
  supernet: (problem) => ({ problem, graphs: graphs(problem) }),
  async find(runner, problem, strategy, hooks, onEpoch) {
    const { config, method } = problem;
    if (config.hessian !== undefined) {
      hooks.note(`${method.name} has no alphas: ${setting("hessian")} has nothing to measure.`);
    }
    // A checkpoint that does not fit is refused before anything is compiled.
    const loop: PrunedLoop = new EpochLoop(
      runner,
      { ...supernetLoop(runner, problem, { epoch: searchEpochSchema, more: z.null() }), more: null },
      hooks,
      (epoch) => onEpoch(epoch, { index: 0 }),
    );
    if (!loop.done) {
      hooks.note("Preparing the supernet's steps");
      const programs = await runner.prepare(graphs(problem), { ...hooks, batch: config.batch });
      await trainAndCut(runner, problem, strategy, { programs, loop }, hooks);
      destroy(programs);
    }
    const found = loop.journal.at(-1);
    if (found === undefined) {
      throw dataError("The checkpoint of the search does not have the epoch it found.");
    }
    return await foundBy(runner, problem, { found, notes: [], state: loop.state });
  },
};

type PrunedLoop = EpochLoop<SearchState, SearchEpoch, null>;

/** Trains the weights of what is left, and leaves less at the end of the method's epochs. */
async function trainAndCut(
  runner: Runner,
  problem: SearchProblem,
  strategy: Strategy,
  { programs, loop }: {
    readonly programs: Record<"weightStep" | "importance", Program>;
    readonly loop: PrunedLoop;
  },
  hooks: Hooks,
): Promise<void> {
  const { config, layout, net: { space } } = problem;
  const { epochs } = config;
  const images = searchSplit(problem).halves.weights;
  const measure = importanceStage(problem).on(programs.importance);
  const mixingOf = (mask: AlphaRows): Float32Array => flatOf(relaxed(problem, mask), layout);
  let mask = await readAlphas(runner, loop.state, problem);
  let mixing = mixingOf(mask);

  /** The state with what is left after an epoch. */
  async function cut(epoch: number): Promise<SearchState> {
    const { state } = loop;
    if (!strategy.measures(config, epoch, epochs)) return state;
    hooks.note(`Measuring the operations on ${images.count} images`);
    const at = { state, mixing, numbers: numbersOf(problem, epoch) };
    const importance = await importanceOver(runner, problem, measure, at, images, hooks.signal);
    mask = strategy.cut(config, { mask, importance, space, epoch, epochs });
    mixing = mixingOf(mask);
    return { ...state, alphas: runner.tensors.upload(flatOf(mask, layout), [layout.floats]) };
  }

  await weightEpochs(problem, programs.weightStep, loop, {
    mixing: () => mixing,
    end: async (epoch, schedule, train) => {
      const state = await cut(epoch);
      const found = { ...await discretize(runner, state, problem), step: state.step };
      const { lr, numbers } = schedule;
      const record: SearchEpoch = {
        ...found,
        ...loop.report({ train, lr }, reportOf(found, schedule)),
        architecture: undefined,
        numbers,
        curvature: undefined,
        // Between the ends of epochs the mask rests.
        ...config.logEvery > 0 && { looks: looksWith([], found) },
      };
      await loop.endEpoch(record, { state, more: null });
    },
  });
}
