/** The constants of a search: what its stages need that does not change while it runs, and their common inputs. */
import type { TableLookup } from "../../src/benchmarks/mod.ts";
import type { SearchConfig } from "../../src/config/search_config.ts";
import { type Subject, subjectOf } from "../../src/config/subject.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Node } from "../../src/graph/node.ts";
import { constant } from "../../src/graph/ops/mod.ts";
import { type Method, relax, type RelaxContext } from "../../src/methods/mod.ts";
import { type Supernet, supernet } from "../../src/network/supernet.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { keptVector } from "../../src/network/kept.ts";
import { cosine, ramp } from "../../src/optim/schedules.ts";
import { decisionVectors } from "../../src/search/decisions.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { ArchitectureSettings, Relax } from "../../src/search/step_graphs.ts";
import { configured } from "../../src/spaces/settings.ts";
import type { Key } from "../../src/random.ts";
import { type Input, type Inputs, keyInput, type NodesOf, stateInput } from "./stage.ts";

export interface SearchProblem {
  readonly config: SearchConfig;
  readonly data: Dataset;
  readonly net: Supernet;
  readonly layout: AlphaLayout;
  readonly method: Method;
  /** Which of the method's search stages it is, each of which draws its own numbers; absent where there is one. */
  readonly searchStage?: number;
  /** Where its epochs lie in a whole over which the learning rate falls; they are that whole when left out. */
  readonly within?: { readonly before: number; readonly epochs: number };
  /** The table that says what found cells reach, where there is one. */
  readonly lookup?: TableLookup | undefined;
}

/** What the settings of a search make of its images; a method or space of one's own takes the place of the named one. */
export function searchProblem(config: SearchConfig, data: Dataset, own?: Partial<Subject>): SearchProblem {
  const { channels, layers } = config;
  const { method, space } = subjectOf(config, own);
  const size = { channels, layers, classes: data.classes.length, imageChannels: data.channels };
  const net = supernet(configured(space, config), size, method.variant(config));
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

/** The schedule of an epoch (from 0), of which a share is done: the method's numbers may go by it. */
export function scheduleOf(problem: SearchProblem, epoch: number, done = 0): Schedule {
  const { lr, lrMin, searchDropPath, epochs, ramps } = problem.config;
  const { before, epochs: all } = problem.within ?? { before: 0, epochs };
  return {
    lr: cosine(lr, lrMin, (before + epoch) / all),
    numbers: numbersOf(problem, ramps === "step" ? epoch + done : epoch),
    drop: searchDropPath * ramp(before + epoch, all),
  };
}

/** What a pass of the supernet is fed from. */
export interface Pass {
  readonly state: Pick<SearchState, "weights" | "statistics">;
  readonly numbers: Numbers;
}

/** What a pass at the mixing vector of the alphas is fed from. */
export interface RelaxedPass {
  readonly state: Pick<SearchState, "alphas" | "decisions">;
  readonly numbers: Numbers;
}

/** What the step of a search is given besides its batches. */
export interface At extends Schedule {
  readonly state: SearchState;
}

/** Names of the method's numbers. */
const numberNames = (problem: SearchProblem): string[] => Object.keys(numbersOf(problem, 0));

const numberInputs = (problem: SearchProblem): Inputs<{ readonly numbers: Numbers }> =>
  Object.fromEntries(
    numberNames(problem).map((name) => [
      name,
      { shape: [1], feed: ({ numbers }: { readonly numbers: Numbers }) => Float32Array.of(numbers[name]!) },
    ]),
  );

/** The method's numbers among the nodes of a stage. */
export const numberNodes = (
  problem: SearchProblem,
  nodes: Readonly<Record<string, Node>>,
): Record<string, Node> => Object.fromEntries(numberNames(problem).map((name) => [name, nodes[name]!]));

/** The inputs that every pass of the supernet reads; the noise has a key for each use. */
export const networkInputs = <Given>(
  problem: SearchProblem,
  noiseKey: (given: Given) => Key,
) => ({
  ...numberInputs(problem),
  weights: stateInput("weights", problem.net.layout.parameterFloats),
  statistics: stateInput("statistics", problem.net.layout.statisticsFloats),
  noiseKey: keyInput(noiseKey),
});

/** The inputs of the alphas' mixing vector; nothing of it is left to chance without a key for its draws. */
export const relaxInputs = <Given>(
  problem: SearchProblem,
  relaxKey?: (given: Given) => Key,
) => ({
  ...numberInputs(problem),
  alphas: stateInput("alphas", problem.layout.floats),
  ...relaxKey && { relaxKey: keyInput(relaxKey) },
  ...decidesRows(problem.method) && {
    free: decisionInput(problem, "free"),
    fixed: decisionInput(problem, "fixed"),
  },
});

/** Whether rows of the alphas may be decided before the end, while the method searches or on what it has searched. */
const decidesRows = ({ decide, strategy }: Method): boolean =>
  decide !== undefined || strategy.kind === "selection";

const decisionInput = (
  { layout }: SearchProblem,
  name: "free" | "fixed",
): Input<{ readonly state: Pick<SearchState, "decisions"> }> => ({
  shape: [layout.floats],
  feed: ({ state }) => decisionVectors(state.decisions, layout)[name],
});

type RelaxNodes = NodesOf<ReturnType<typeof relaxInputs>>;

/** What the method makes a mixing vector of raw alphas from. */
export const relaxContext = (problem: SearchProblem, nodes: RelaxNodes): RelaxContext => ({
  alphas: nodes.alphas,
  layout: problem.layout,
  cells: problem.config.layers,
  key: nodes.relaxKey,
  numbers: numberNodes(problem, nodes),
  kept: problem.net.variant.kept,
  decided: nodes.free && { free: nodes.free, fixed: nodes.fixed! },
});

/** From raw alphas to the mixing vector of the method. */
export const relaxer = (problem: SearchProblem, nodes: RelaxNodes): Relax => (alphas) =>
  relax(problem.method, problem.config, { ...relaxContext(problem, nodes), alphas });

/** The inputs of the alphas' optimiser. */
export const optimiserInputs = (problem: SearchProblem) => ({
  alphaMean: stateInput("alphaMean", problem.layout.floats),
  alphaVariance: stateInput("alphaVariance", problem.layout.floats),
  schedule: {
    shape: [2],
    feed: ({ state }: Pick<At, "state">) =>
      problem.method.optimiser.schedule(problem.config.archLr, state.architectureSteps + 1),
  },
});

/** How the method moves the alphas. */
export const architectureSettings = (problem: SearchProblem, nodes: RelaxNodes): ArchitectureSettings => {
  const { config, layout, method, net: { variant: { kept } } } = problem;
  const { optimiser } = method;
  const context = relaxContext(problem, nodes);
  return {
    along: optimiser.along,
    move: (moved) => optimiser.move(moved, layout, config.archWeightDecay),
    relax: relaxer(problem, nodes),
    clip: method.alphaClip?.(config),
    free: context.decided?.free ?? (kept && constant(keptVector(kept, layout), [layout.floats])),
    penalty: method.penalty && ((alphas) => method.penalty!(config, { ...context, alphas })),
  };
};
