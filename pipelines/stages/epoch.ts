/** Epochs that have ended, as they are logged. */
import type { Discretized } from "./discretize.ts";
import type { Scored } from "./measures.ts";
import type { Numbers } from "./problem.ts";

/** One finished epoch of any loop. */
export interface Epoch {
  /** From 0. */
  readonly epoch: number;
  readonly train: Scored;
  readonly valid: Scored | undefined;
  readonly lr: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** What is measured of the loss around the alphas of an epoch. */
export interface EpochCurvature {
  /** Largest signed eigenvalue of the alpha-Hessian, weight decay included, and its estimated error. */
  readonly eigenvalue: number;
  readonly eigenvalueError: number;
  /** Accuracy of the supernet less that of its discretized cell; only under `--hessian`. */
  readonly discretizationGap: number | undefined;
}

/** One epoch of the search, as logged. */
export interface SearchEpoch extends Discretized, Epoch {
  /** Over the search batches of the architecture steps, BatchNorm in training mode; undefined in the warm-up. */
  readonly architecture: Scored | undefined;
  /** The method's numbers of the epoch. */
  readonly numbers: Numbers;
  /** In the epochs whose curvature was asked for. */
  readonly curvature: EpochCurvature | undefined;
}

/** The same where there may be no alphas, and with them no cell of an epoch's own. */
export type AnySearchEpoch = Omit<SearchEpoch, keyof Discretized> & Partial<Discretized>;
