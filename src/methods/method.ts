/**
 * A search method: what differs between DARTS and its relatives. A method says which mixing vector the weights
 * are trained at; everything else of a search is the same pipeline.
 */
import type { Node } from "../graph/node.ts";
import type { AlphaLayout } from "../search/alphas.ts";
import type { VariantName } from "../search/mean_shift.ts";
import type { EigenvalueRow, StopRule } from "./eigenvalue_stop.ts";

/** The settings a method may read; a search's configuration has them all. */
export interface MethodSettings {
  readonly variant: VariantName;
  /** h of the Gaussian kernel. */
  readonly bandwidth: number;
  /** Points N around the alphas. */
  readonly samples: number;
  /** Iterations T of the mean shift. */
  readonly iterations: number;
  /** Largest radius of the perturbation. */
  readonly epsilon: number;
}

/** The settings a method may read that watches the dominant eigenvalue. */
export interface WatchSettings extends StopRule {
  /** What DARTS-ADA multiplies the L2 penalty on the weights by. */
  readonly decayFactor: number;
  /** Where that ends. */
  readonly decayMax: number;
}

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

/** The settings in which the searches of a method differ. */
export interface SearchChanges {
  readonly weightDecay?: number;
  /** Drop-path probability of the mixed operations in the last epoch. */
  readonly searchDropPath?: number;
  readonly cutout?: number;
}

/** What a method builds its mixing vector from. */
export interface MixingContext {
  /** Raw alphas, flat [floats]. */
  readonly alphas: Node;
  readonly layout: AlphaLayout;
  /** Mean loss [1] of the supernet at a mixing vector, BatchNorm in evaluation mode. */
  readonly loss: (mixing: Node, batch: "train" | "valid") => Node;
  /** Random key of the step, u32 [2]. */
  readonly key: Node;
  /** Radius of the perturbation in this epoch, [1]. */
  readonly epsilon: Node;
}

export interface Method {
  /** As users write it. */
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** First epochs in which the alphas rest, unless the user says otherwise. */
  readonly warmup: (settings: MethodSettings, epochs: number) => number;
  /** Order of the architecture step's gradient, unless the user says otherwise; 2 looks through a weight step. */
  readonly order: 1 | 2;
  /** Side of the square cut out of search images, unless the user says otherwise; 0 cuts none. */
  readonly cutout: (settings: MethodSettings, space: string) => number;
  /** Share of the images of an epoch (from 0) that are cut, where cutout is on. */
  readonly cutoutProbability: (epoch: number, epochs: number) => number;
  /** Radius of the perturbation in an epoch (from 0); undefined where the method perturbs nothing. */
  readonly epsilon: (settings: MethodSettings, epoch: number, epochs: number) => number | undefined;
  /** The mixing vector [floats] at which the weight step trains the weights. */
  readonly mixing: (settings: MethodSettings, context: MixingContext) => Node;
  /**
   * Judges the dominant eigenvalues, the newest last: one every `stopEvery` epochs from epoch 0, and the last epoch's.
   * Absent where the method looks at none.
   */
  readonly watch?: (settings: WatchSettings, series: readonly EigenvalueRow[], progress: Progress) => Verdict;
  /** The searches of which the best cell is kept; absent where one is all. */
  readonly searches?: (settings: { readonly cutout: number }) => readonly SearchChanges[];
}
