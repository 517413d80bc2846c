/**
 * A search method: what differs between DARTS and its relatives. Everything else of a search is the same pipeline.
 * `darts.ts` is the plain one, which the others spread and change.
 */
import type { Groups, SettingsUnder } from "../fields.ts";
import type { Node } from "../graph/node.ts";
import type { AlphaLayout, AlphaRows } from "../network/alphas.ts";
import type { Genotype } from "../network/genotype.ts";
import { type KeptChoices, keptMixing } from "../network/kept.ts";
import type { Supernet } from "../network/supernet.ts";
import type { SupernetVariant } from "../network/variant.ts";
import type { Source } from "../papers.ts";
import { decidedMixing, type Decisions, type DecisionVectors } from "../search/decisions.ts";
import type { AlphaOptimiser } from "../search/alpha_optimiser.ts";
import type { StepOrder } from "../search/iteration.ts";
import type { TrainedLoss } from "../search/step_graphs.ts";
import type { Space, SpaceKind } from "../spaces/mod.ts";
import type { Strategy } from "./strategy.ts";

/**
 * From raw alphas to the mixing weights that are discretized and reported, without chance; two forms of one function. A
 * method that draws its mixing vectors may evaluate its supernet at others, such as the mean of what it draws.
 */
export interface Relaxation {
  /** Of all rows, flat [floats]. */
  readonly graph: (alphas: Node, layout: AlphaLayout) => Node;
  /** Of one row, on the host: what is discretized and reported. */
  readonly row: (row: readonly number[]) => number[];
}

/** Whose version of a method: its authors', or that of others who carried it over into their own code. */
export type Port = "original" | "smoothdarts" | "1shot1";

/** What a method makes a mixing vector from. */
export interface RelaxContext {
  /** Raw alphas, flat [floats]. */
  readonly alphas: Node;
  /** Where the matrices of the space stand in the vector. */
  readonly layout: AlphaLayout;
  /** Cells of the supernet. */
  readonly cells: number;
  /** Random key of the pass, u32 [2]; undefined where nothing may be left to chance, as in most evaluations. */
  readonly key: Node | undefined;
  /** The method's numbers of the epoch, [1] each. */
  readonly numbers: Readonly<Record<string, Node>>;
  /** What is still searched, where a stage has dropped operations. */
  readonly kept?: KeptChoices | undefined;
  /** What is decided of the rows, where the method decides any. */
  readonly decided?: DecisionVectors<Node> | undefined;
}

/** What a method decides rows by, at the end of an epoch. */
export interface DecideContext {
  /** What was decided before; all rows are open in the first epoch. */
  readonly decisions: Decisions;
  /** The rows that the raw alphas stand for, by epoch, this one last; decided rows as their alphas are. */
  readonly history: readonly AlphaRows[];
  /** The space that is searched. */
  readonly space: Space;
  /** From 0. */
  readonly epoch: number;
  /** Of the whole search. */
  readonly epochs: number;
}

/** What a method may look at before a weight step. */
export interface PerturbContext extends RelaxContext {
  /** Random key of the step, u32 [2]. */
  readonly key: Node;
  /** Mean loss [1] of the supernet at a mixing vector, BatchNorm in evaluation mode. */
  readonly loss: (mixing: Node, batch: "train" | "search") => Node;
}

/** What a method makes a penalty on the weights from. */
export interface WeightPenaltyContext extends TrainedLoss {
  /** The supernet that the loss is of. */
  readonly net: Supernet;
  /** The method's numbers of the epoch, [1] each. */
  readonly numbers: Readonly<Record<string, Node>>;
}

/** What a method may look at in an architecture step. */
export interface SlopeContext extends RelaxContext {
  /** Random key of the step, u32 [2]. */
  readonly key: Node;
  /** Mean loss [1] of the supernet at a mixing vector on the search batch, BatchNorm in training mode. */
  readonly loss: (mixing: Node) => Node;
}

/** What is known of a search, or of a stage of one, before it begins. */
export interface Ahead {
  /** Of the search, or of the stage. */
  readonly epochs: number;
  /** First epochs in which the alphas rest. */
  readonly warmup: number;
  /** Architecture steps of each epoch after these. */
  readonly stepsPerEpoch: number;
  /** Learning rate of the alphas. */
  readonly archLr: number;
  /** The L2 penalty on the weights. */
  readonly weightDecay: number;
  /** The space that is searched, shrunk where a stage has done so. */
  readonly space: Space;
}

/**
 * A method that brings settings along, under their headings in the help, and reads `More` besides; several methods may
 * bring the same.
 */
export type MethodWith<G extends Groups, More = unknown> = Method<SettingsUnder<G> & More> & {
  readonly groups: G;
};

/**
 * What a method has of its own, as data and pure functions; its own settings are the first argument of each.
 *
 * @typeParam Own the settings that it reads
 */
export interface Method<Own = unknown> {
  /** As users write it. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Its publication; absent if there is none. A method that spreads another gives its own. */
  readonly source?: Source | undefined;
  /** How this implementation differs from the publication: one sentence for each difference. */
  readonly deviations?: readonly string[];
  /** How it gets from steps to a cell. */
  readonly strategy: Strategy<Own>;
  /** The kinds of space it searches; all where left out. */
  readonly fits?: readonly SpaceKind[];
  /** Whether all images train the weights, so that none are left for alphas or to validate on; no when left out. */
  readonly unsplit?: boolean;
  /** The versions of it that search a space, the default first; absent where there is only one. */
  readonly ports?: (space: Space) => readonly Port[];
  /**
   * Settings of its publication on a space, by the names of `search`; they take the place of the paper's in its presets.
   * They may depend on what the user gave.
   */
  readonly published?: (
    space: Space,
    given: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
  /** First epochs in which the alphas rest, unless the user says otherwise. */
  warmup(settings: Own, epochs: number, space: Space): number;
  /** Order of the architecture step's gradient, unless the user says otherwise; 2 looks through a weight step. */
  readonly order: 1 | 2;
  /** Side of the square cut out of search images, unless the user says otherwise; 0 cuts none. */
  cutout(settings: Own, space: Space): number;
  /** Share of the images of an epoch (from 0) that are cut, where cutout is on. */
  readonly cutoutProbability: (epoch: number, epochs: number) => number;
  /** Those of its settings that numbers of the weights' or the alphas' steps grow with. */
  readonly scales?: {
    readonly weights?: readonly (keyof Own & string)[];
    readonly alphas?: readonly (keyof Own & string)[];
  };
  /** Largest radius of its perturbation, unless the user says otherwise; absent where it has none. */
  readonly epsilon?: number;

  /** The order of an iteration's steps. */
  stepOrder(settings: Own): StepOrder;
  /** What moves the alphas. */
  readonly optimiser: AlphaOptimiser;
  /** Its learning rate, unless the user says otherwise; absent for Adam, whose steps are as long whatever the loss. */
  readonly archLr?: number;
  /** The normal distribution the raw alphas start from. */
  readonly start: { readonly mean: number; readonly deviation: number };
  /** Largest Euclidean norm of the alphas' gradient; 0 or left out clips nothing. */
  alphaClip?(settings: Own): number;
  /** How its supernet differs from the space's own. */
  variant(settings: Own): SupernetVariant;
  /**
   * Numbers of an epoch (from 0) that its graphs read: the same names in all epochs. They are logged. In the first
   * `warmup` epochs the alphas rest. A fraction is a step within an epoch (`ramps`): 2.5 is the middle of the third.
   */
  numbers(settings: Own, epoch: number, epochs: number, warmup?: number): Readonly<Record<string, number>>;
  /** From raw alphas to the mixing weights that they stand for. */
  readonly relaxation: Relaxation;
  /**
   * The mixing vector of a pass where that is not the relaxation: [floats], or [cells, floats] where every cell has its
   * own. The weight step's is that of `perturb`.
   */
  sample?(settings: Own, context: RelaxContext): Node;
  /** Whether the supernet is evaluated at mixing vectors left to chance; no when left out. */
  chanceInEvaluation?(settings: Own): boolean;
  /** The way uphill of the raw alphas, [floats], where the architecture step does not take its loss's gradient. */
  slope?(settings: Own, context: SlopeContext): Node;
  /** What the architecture step adds to its loss, [1]. */
  penalty?(settings: Own, context: RelaxContext): Node;
  /** The mixing vector at which the weight step trains the weights; that of the other passes where left out. */
  perturb?(settings: Own, context: PerturbContext): Node;
  /**
   * What the weight step adds to its loss, [1]; a joint step adds nothing. It may be made of derivatives of that loss:
   * then the step differentiates them once more.
   */
  weightPenalty?(settings: Own, context: WeightPenaltyContext): Node;
  /**
   * What is decided of the rows at the end of an epoch; decided rows keep their alphas, and {@link relax} puts the
   * decisions in their places. Absent where nothing is decided before the search ends.
   */
  decide?(settings: Own, context: DecideContext): Decisions;
  /** Its own rule of discretization, from relaxed rows; the space's where left out. */
  discretize?(settings: Own, weights: AlphaRows, space: Space): Genotype;
  /** Warnings for a search with too few epochs for what the method does, with what to set. */
  foresee?(settings: Own, ahead: Ahead): readonly string[];
  /** A sentence on why a cell of these relaxed rows has no edge, and what to set so that it keeps some. */
  emptied?(settings: Own, rows: readonly (readonly number[])[]): string;
}

/**
 * The mixing vector that raw alphas stand for, in every pass but the weight step's: [floats], or [cells, floats] where
 * every cell has its own (MS-DARTS eq. 2: the softmax of each row).
 */
export function relax<Own>(method: Method<Own>, settings: Own, context: RelaxContext): Node {
  const { alphas, layout, decided, kept } = context;
  const whole = method.sample?.(settings, context) ?? method.relaxation.graph(alphas, layout);
  const mixing = kept ? keptMixing(whole, kept, layout) : whole;
  return decided ? decidedMixing(mixing, decided) : mixing;
}
