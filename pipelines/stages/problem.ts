/** What a search is about: everything its stages need that does not change while it runs. */
import type { TableLookup } from "../../src/benchmarks/mod.ts";
import type { SearchConfig } from "../../src/config/derive.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { type Method, methodByName, relax, type RelaxContext } from "../../src/methods/mod.ts";
import { type Supernet, supernet } from "../../src/network/supernet.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { adamSchedule, type AdamSettings } from "../../src/optim/adam.ts";
import { cosine, ramp } from "../../src/optim/schedules.ts";
import { type DecisionVectors, decisionVectors } from "../../src/search/decisions.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { Relax } from "../../src/search/step_graphs.ts";
import { configured, spaceByName } from "../../src/spaces/mod.ts";
import { fold, type Key } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { type Input, type Inputs, keyInput, nodesOf } from "./stage.ts";

export interface SearchProblem {
  readonly config: SearchConfig;
  readonly data: Dataset;
  readonly net: Supernet;
  readonly layout: AlphaLayout;
  readonly method: Method;
  /** Which of the method's stages it is, each of which draws its own numbers; absent where there is one. */
  readonly stage?: number;
  /** The table that says what found cells reach, where there is one. */
  readonly lookup?: TableLookup | undefined;
}

export function searchProblem(config: SearchConfig, data: Dataset): SearchProblem {
  const { channels, layers } = config;
  const method = methodByName(config.method);
  const size = { channels, layers, classes: data.classes.length, imageChannels: data.channels };
  const net = supernet(configured(spaceByName(config.space), config), size, method.variant(config));
  return { config, data, net, layout: net.alphas, method };
}

/** The method's numbers of an epoch, by name. */
export type Numbers = Readonly<Record<string, number>>;

/** What all steps of an epoch share. */
export interface Schedule {
  /** Of the weights. */
  readonly lr: number;
  readonly numbers: Numbers;
  /** Probability of dropping an edge. */
  readonly drop: number;
}

export const numbersOf = ({ config, method }: SearchProblem, epoch: number): Numbers =>
  method.numbers(config, epoch, config.epochs, config.warmup);

/** The schedule of an epoch (from 0). */
export function scheduleOf(problem: SearchProblem, epoch: number): Schedule {
  const { lr, lrMin, searchDropPath, epochs } = problem.config;
  return {
    lr: cosine(lr, lrMin, epoch / epochs),
    numbers: numbersOf(problem, epoch),
    drop: searchDropPath * ramp(epoch, epochs),
  };
}

/** What the step of a search is given besides its batches. */
export interface At extends Schedule {
  readonly state: SearchState;
}

/** The random key of a step for one use. */
type KeyOf = (state: SearchState, use: string) => Key;

/** Of the weight steps: each has its own. */
export const weightKey: KeyOf = ({ key, step }, use) => fold(fold(key, use), step);

/** Names of the method's numbers. */
const numberNames = (problem: SearchProblem): string[] => Object.keys(numbersOf(problem, 0));

const numberInputs = (problem: SearchProblem): Inputs<Pick<At, "numbers">> =>
  Object.fromEntries(
    numberNames(problem).map((name) => [
      name,
      { shape: [1], feed: ({ numbers }: Pick<At, "numbers">) => Float32Array.of(numbers[name]!) },
    ]),
  );

/** The inputs that every step of the supernet reads; the noise has a key for each use. */
export const networkInputs = (problem: SearchProblem, noiseKey: (at: At) => Key) => ({
  ...numberInputs(problem),
  weights: stateInput("weights", problem.net.layout.parameterFloats),
  statistics: stateInput("statistics", problem.net.layout.statisticsFloats),
  noiseKey: keyInput(noiseKey),
});

/** The nodes of {@link networkInputs}. */
export const networkNodes = (
  problem: SearchProblem,
): { weights: Node; statistics: Node; noiseKey: Node; numbers: Record<string, Node> } => ({
  ...nodesOf(networkInputs(problem, ({ state }) => state.key)),
  numbers: nodesOf(numberInputs(problem)),
});

/** A vector of the state. */
export const stateInput = <Name extends "weights" | "statistics" | "velocity" | AlphaVector>(
  name: Name,
  floats: number,
): Input<{ readonly state: Pick<SearchState, Name> }> => ({
  shape: [floats],
  feed: ({ state }) => state[name],
});

type AlphaVector = "alphas" | "alphaMean" | "alphaVariance";

/** The inputs of a relaxation with chance: the alphas, the key of its draws, and what is decided. */
export const relaxInputs = (problem: SearchProblem, relaxKey: (at: At) => Key) => ({
  alphas: stateInput("alphas", problem.layout.floats),
  relaxKey: keyInput(relaxKey),
  ...problem.method.decide && {
    free: decisionInput(problem, "free"),
    fixed: decisionInput(problem, "fixed"),
  },
});

const decisionInput = (
  { layout }: SearchProblem,
  name: "free" | "fixed",
): Input<{ readonly state: Pick<SearchState, "decisions"> }> => ({
  shape: [layout.floats],
  feed: ({ state }) => decisionVectors(state.decisions, layout)[name],
});

/** The inputs of the alphas' Adam. */
export const adamInputs = (problem: SearchProblem) => ({
  alphaMean: stateInput("alphaMean", problem.layout.floats),
  alphaVariance: stateInput("alphaVariance", problem.layout.floats),
  schedule: {
    shape: [2],
    feed: ({ state }: Pick<At, "state">) =>
      adamSchedule(problem.config.archLr, state.architectureSteps + 1, adamOf(problem)),
  },
});

export const adamOf = ({ config, method }: SearchProblem): AdamSettings => ({
  ...method.adam,
  weightDecay: config.archWeightDecay,
});

/** The weights' learning rate as an input. */
export const lrInput: Input<{ readonly lr: number }> = { shape: [1], feed: ({ lr }) => Float32Array.of(lr) };

/** The feeds of the method's numbers. */
export const numberFeeds = (numbers: Numbers): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]));

/** What the method makes a mixing vector of raw alphas from; with chance, the graph has an input `relaxKey`. */
export const relaxContext = (problem: SearchProblem, alphas: Node, chance: boolean): RelaxContext => ({
  alphas,
  layout: problem.layout,
  cells: problem.config.layers,
  key: chance ? input("relaxKey", [2], "u32") : undefined,
  numbers: nodesOf(numberInputs(problem)),
  decided: decidedNodes(problem),
});

/** What the method has decided of the rows; undefined where it decides nothing before the end. */
export const decidedNodes = (problem: SearchProblem): DecisionVectors<Node> | undefined =>
  problem.method.decide &&
  { free: alphaInput(problem, "free"), fixed: alphaInput(problem, "fixed") };

/** The feeds of {@link decidedNodes}. */
export const decisionFeeds = (
  { method, layout }: SearchProblem,
  { decisions }: Pick<SearchState, "decisions">,
): Partial<DecisionVectors<Float32Array>> => method.decide ? decisionVectors(decisions, layout) : {};

export const relaxFeeds = (key: Key): Record<string, Uint32Array> => ({ relaxKey: Uint32Array.from(key) });

/** From raw alphas to the mixing vector of the method. */
export const relaxer =
  (problem: SearchProblem, { chance }: { readonly chance: boolean }): Relax => (alphas) =>
    relax(problem.method, problem.config, relaxContext(problem, alphas, chance));

/** A vector of the size of the alphas. */
export const alphaInput = ({ layout }: SearchProblem, name: string): Node => input(name, [layout.floats]);

/** Drop-path scales of the mixed operations for one batch, from a key of its own; for searches that drop any. */
export const dropInput = ({ config, net }: SearchProblem, key: (at: At) => Key): Input<At> => ({
  shape: [net.dropPaths, config.batch],
  feed: (at) => dropPathScales(key(at), net.dropPaths, config.batch, at.drop),
});
