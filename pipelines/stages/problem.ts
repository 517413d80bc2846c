/** What a search is about: everything its stages need that does not change while it runs. */
import type { Judge } from "../../src/benchmarks/mod.ts";
import type { SearchConfig } from "../../src/config/derive.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { type Method, methodByName, type RelaxContext } from "../../src/methods/mod.ts";
import { type Supernet, supernet } from "../../src/network/supernet.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { cosine, ramp } from "../../src/optim/schedules.ts";
import { type DecisionVectors, decisionVectors } from "../../src/search/decisions.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { Relax } from "../../src/search/step_graphs.ts";
import { configured, spaceByName } from "../../src/spaces/mod.ts";
import type { Key } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";

export interface SearchProblem {
  readonly config: SearchConfig;
  readonly data: Dataset;
  readonly net: Supernet;
  readonly layout: AlphaLayout;
  readonly method: Method;
  /** Which of the method's stages it is, each of which draws its own numbers; absent where there is one. */
  readonly stage?: number;
  /** The table that says what found cells reach, where there is one. */
  readonly judge?: Judge | undefined;
}

export function searchProblem(config: SearchConfig, data: Dataset): SearchProblem {
  const { channels, layers } = config;
  const method = methodByName(config.method);
  const size = { channels, layers, classes: data.classes.length, imageChannels: data.channels };
  const net = supernet(configured(spaceByName(config.space), config), size, method.variant(config));
  return { config, data, net, layout: net.alphas, method };
}

/** The inputs that every search step reads: the state's, by the names of `SearchState`, and the method's numbers. */
export function networkInputs(
  problem: SearchProblem,
): { weights: Node; statistics: Node; noiseKey: Node; numbers: Record<string, Node> } {
  const { layout } = problem.net;
  return {
    weights: input("weights", [layout.parameterFloats]),
    statistics: input("statistics", [layout.statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    numbers: numberInputs(problem),
  };
}

/** The method's numbers of an epoch, by name. */
export type Numbers = Readonly<Record<string, number>>;

export const numbersOf = ({ config, method }: SearchProblem, epoch: number): Numbers =>
  method.numbers(config, epoch, config.epochs, config.warmup);

/** What all steps of an epoch (from 0) share: the weights' learning rate, the numbers, the chance of dropping an edge. */
export function scheduleOf(
  problem: SearchProblem,
  epoch: number,
): { readonly lr: number; readonly numbers: Numbers; readonly drop: number } {
  const { lr, lrMin, searchDropPath, epochs } = problem.config;
  return {
    lr: cosine(lr, lrMin, epoch / epochs),
    numbers: numbersOf(problem, epoch),
    drop: searchDropPath * ramp(epoch, epochs),
  };
}

const numberInputs = (problem: SearchProblem): Record<string, Node> =>
  Object.fromEntries(Object.keys(numbersOf(problem, 0)).map((name) => [name, input(name, [1])]));

/** The feeds of the method's numbers. */
export const numberFeeds = (numbers: Numbers): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]));

/**
 * What the method makes a mixing vector of raw alphas from; with chance, the graph has an input `relaxKey`, which
 * {@link relaxFeeds} feeds.
 */
export const relaxContext = (problem: SearchProblem, alphas: Node, chance: boolean): RelaxContext => ({
  alphas,
  layout: problem.layout,
  cells: problem.config.layers,
  key: chance ? input("relaxKey", [2], "u32") : undefined,
  numbers: numberInputs(problem),
  decided: decidedInputs(problem),
});

/** The inputs of what the method has decided of the rows; undefined where it decides nothing before the end. */
export const decidedInputs = (problem: SearchProblem): DecisionVectors<Node> | undefined =>
  problem.method.decide &&
  { free: alphaInput(problem, "free"), fixed: alphaInput(problem, "fixed") };

/** The feeds of {@link decidedInputs}. */
export const decisionFeeds = (
  { method, layout }: SearchProblem,
  { decisions }: Pick<SearchState, "decisions">,
): Partial<DecisionVectors<Float32Array>> => method.decide ? decisionVectors(decisions, layout) : {};

export const relaxFeeds = (key: Key): Record<string, Uint32Array> => ({ relaxKey: Uint32Array.from(key) });

/** From raw alphas to the mixing vector of the method. */
export const relaxer =
  (problem: SearchProblem, { chance }: { readonly chance: boolean }): Relax => (alphas) =>
    problem.method.relax(problem.config, relaxContext(problem, alphas, chance));

/** A vector of the size of the alphas. */
export const alphaInput = ({ layout }: SearchProblem, name: string): Node => input(name, [layout.floats]);

/** Drop-path scales of the mixed operations for one batch; undefined where the search drops none. */
export const dropInput = ({ config, net }: SearchProblem, name: string): Node | undefined =>
  config.searchDropPath > 0 ? input(name, [net.dropPaths, config.batch]) : undefined;

/** The feed of {@link dropInput} from a key of its own; `drop` is the probability. */
export const dropFeeds = (
  { config, net }: SearchProblem,
  name: string,
  key: Key,
  drop: number,
): Record<string, Float32Array> =>
  config.searchDropPath > 0 ? { [name]: dropPathScales(key, net.dropPaths, config.batch, drop) } : {};
