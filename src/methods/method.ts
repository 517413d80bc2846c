/**
 * A search method: what differs between DARTS and its relatives. Everything else of a search is the same pipeline.
 * `darts.ts` is the plain one, which the others spread and change.
 */
import type { Node } from "../graph/node.ts";
import type { AlphaLayout, AlphaRows } from "../network/alphas.ts";
import type { Genotype } from "../network/genotype.ts";
import type { SupernetVariant } from "../network/variant.ts";
import type { Key } from "../random.ts";
import type { Decisions, DecisionVectors } from "../search/decisions.ts";
import type { Space, SpaceKind } from "../spaces/mod.ts";
import type { EigenvalueRow } from "./eigenvalue_stop.ts";
import type { Port } from "./ports.ts";
import type { MethodSettings } from "./settings.ts";

/** How far a watched search is. */
export interface Progress {
  /** Epochs of the whole search. */
  readonly epochs: number;
  /** The L2 penalty on the weights now. */
  readonly weightDecay: number;
}

/** What a method makes of the dominant eigenvalues so far. Epochs are such as have an eigenvalue. */
export type Verdict =
  | { readonly kind: "continue" }
  /** The search ends, with the cell of an epoch before. */
  | { readonly kind: "stop"; readonly epoch: number }
  /** The search takes up the state at the end of an epoch before, with another L2 penalty on the weights. */
  | { readonly kind: "rollback"; readonly epoch: number; readonly weightDecay: number };

/** One of the stages of a method that searches several times in a row, each time in a smaller space. */
export interface SearchStage {
  /** What this stage has of its own. */
  readonly settings: { readonly epochs: number; readonly layers: number; readonly skipDropout: string };
  /** How many operations an edge has in it, of so many in the space. */
  readonly operations: (count: number) => number;
}

/** How a method without alphas finds its cell once the weights are trained. */
export interface Judging {
  /** How often fresh candidates are judged. */
  readonly rounds: number;
  /** Architectures drawn in a round. */
  readonly candidates: number;
  /** Search batches that each of them is judged on. */
  readonly batches: number;
  /** The best of a round, which are judged on all images that judge the supernet. */
  readonly finalists: number;
}

/** The settings in which the searches of a method differ. */
export interface SearchChanges {
  readonly weightDecay?: number;
  /** Drop-path probability of the mixed operations in the last epoch. */
  readonly searchDropPath?: number;
  readonly cutout?: number;
}

/**
 * The steps of a turn: one for the alphas and one for the weights, in either order; or one joint step for both, on the
 * training batch.
 */
export type Turn = "alphas first" | "weights first" | "joint";

/** What a method makes a mixing vector from. */
export interface RelaxContext {
  /** Raw alphas, flat [floats]. */
  readonly alphas: Node;
  readonly layout: AlphaLayout;
  /** Cells of the supernet. */
  readonly cells: number;
  /** Random key of the pass, u32 [2]; undefined where nothing may be left to chance, as in most evaluations. */
  readonly key: Node | undefined;
  /** The method's numbers of the epoch, [1] each. */
  readonly numbers: Readonly<Record<string, Node>>;
  /** What is decided of the rows, where the method decides any. */
  readonly decided?: DecisionVectors<Node> | undefined;
}

/** What a method decides rows by, at the end of an epoch. */
export interface DecideContext {
  readonly decisions: Decisions;
  /** The rows that the raw alphas stand for, by epoch, this one last; decided rows as their alphas are. */
  readonly history: readonly AlphaRows[];
  readonly space: Space;
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
}

/** What a method may look at before a weight step. */
export interface PerturbContext extends RelaxContext {
  /** Random key of the step, u32 [2]. */
  readonly key: Node;
  /** Mean loss [1] of the supernet at a mixing vector, BatchNorm in evaluation mode. */
  readonly loss: (mixing: Node, batch: "train" | "valid") => Node;
}

/** What is known of a search, or of a stage of one, before it begins. */
export interface Ahead {
  readonly epochs: number;
  /** First epochs in which the alphas rest. */
  readonly warmup: number;
  /** Architecture steps of each epoch after these. */
  readonly stepsPerEpoch: number;
  /** Learning rate of the alphas. */
  readonly archLr: number;
  /** The L2 penalty on the weights. */
  readonly weightDecay: number;
  readonly space: Space;
}

export interface Method {
  /** As users write it. */
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The kinds of space it searches; all where left out. */
  readonly fits?: readonly SpaceKind[];
  /** The versions of it that search a space, the default first; absent where there is only one. */
  readonly ports?: (space: Space) => readonly Port[];
  /**
   * Settings of its publication, by the names of `search`; they take the place of the paper's in its presets. They may
   * depend on what the user gave.
   */
  readonly published?: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** First epochs in which the alphas rest, unless the user says otherwise. */
  readonly warmup: (settings: MethodSettings, epochs: number) => number;
  /** Order of the architecture step's gradient, unless the user says otherwise; 2 looks through a weight step. */
  readonly order: 1 | 2;
  /** Side of the square cut out of search images, unless the user says otherwise; 0 cuts none. */
  readonly cutout: (settings: MethodSettings, space: Space) => number;
  /** Share of the images of an epoch (from 0) that are cut, where cutout is on. */
  readonly cutoutProbability: (epoch: number, epochs: number) => number;
  /** Those of its settings that numbers of the weights' or the alphas' steps grow with. */
  readonly scales?: {
    readonly weights?: readonly (keyof MethodSettings)[];
    readonly alphas?: readonly (keyof MethodSettings)[];
  };
  /** Largest radius of its perturbation, unless the user says otherwise; absent where it has none. */
  readonly epsilon?: number;

  /** The cell itself, where no search is needed to find it. */
  readonly draw?: (space: Space, key: Key) => Genotype;
  /**
   * How it finds its cell after so many weight steps, each of them at a uniformly drawn architecture; absent where alphas
   * choose.
   */
  readonly judging?: (settings: MethodSettings, space: Space, steps: number) => Judging;
  /** How the steps of a turn go. */
  readonly turn: (settings: MethodSettings) => Turn;
  /** Whether the supernet is judged at mixing vectors left to chance; no when left out. */
  readonly chanceInEvaluation?: (settings: MethodSettings) => boolean;
  /** Largest Euclidean norm of the alphas' gradient; 0 or left out clips nothing. */
  readonly alphaClip?: (settings: MethodSettings) => number;
  /** Decay rates of the alphas' Adam. */
  readonly adam: { readonly beta1: number; readonly beta2: number };
  /** The normal distribution the raw alphas start from. */
  readonly start: { readonly mean: number; readonly deviation: number };
  /** How its supernet differs from the space's own. */
  readonly variant: (settings: MethodSettings) => SupernetVariant;
  /**
   * Numbers of an epoch (from 0) that its graphs read: the same names in all epochs. They are logged. In the first
   * `warmup` epochs the alphas rest.
   */
  readonly numbers: (
    settings: MethodSettings,
    epoch: number,
    epochs: number,
    warmup?: number,
  ) => Readonly<Record<string, number>>;
  /**
   * The mixing vector that raw alphas stand for, in every pass but the weight step's: [floats], or [cells, floats]
   * where every cell has its own.
   */
  readonly relax: (settings: MethodSettings, context: RelaxContext) => Node;
  /** The same of one row on the host, without chance: what is discretized and reported. */
  readonly relaxRow: (row: readonly number[]) => number[];
  /** What the architecture step adds to its loss, [1]. */
  readonly penalty?: (settings: MethodSettings, context: RelaxContext) => Node;
  /** The mixing vector at which the weight step trains the weights; that of `relax` where left out. */
  readonly perturb?: (settings: MethodSettings, context: PerturbContext) => Node;
  /**
   * What is decided of the rows at the end of an epoch; decided rows keep their alphas, and `relax` reads the decisions.
   * Absent where nothing is decided before the search ends.
   */
  readonly decide?: (settings: MethodSettings, context: DecideContext) => Decisions;
  /** Its own rule of discretization, from relaxed rows; the space's where left out. */
  readonly discretize?: (settings: MethodSettings, weights: AlphaRows, space: Space) => Genotype;

  /**
   * Judges the dominant eigenvalues, the newest last: one every `stopEvery` epochs from epoch 0, and the last epoch's.
   * Absent where the method looks at none.
   */
  readonly watch?: (
    settings: MethodSettings,
    series: readonly EigenvalueRow[],
    progress: Progress,
  ) => Verdict;
  /** The stages of a search, one after the other; absent where there is one. Raises a usage error for bad settings. */
  readonly stages?: (
    settings: MethodSettings,
    whole: { readonly epochs: number; readonly layers: number },
  ) => readonly SearchStage[];
  /** The space of the next stage, with so many operations an edge, from the weights a stage ends with. */
  readonly shrink?: (space: Space, weights: AlphaRows, operations: number) => Space;
  /** Further JSON files of a run by name, from the weights that its search ended with. */
  readonly files?: (
    settings: MethodSettings,
    weights: AlphaRows,
    space: Space,
  ) => Readonly<Record<string, unknown>>;
  /** Sentences for a search whose epochs are too few for what the method does, with what to set. */
  readonly foresee?: (settings: MethodSettings, ahead: Ahead) => readonly string[];
  /** A sentence on why a cell of these relaxed rows has no edge, and what keeps some. */
  readonly emptied?: (settings: MethodSettings, rows: readonly (readonly number[])[]) => string;
  /** The searches of which the best cell is kept; absent where one is all. */
  readonly searches?: (settings: { readonly cutout: number }) => readonly SearchChanges[];
}
