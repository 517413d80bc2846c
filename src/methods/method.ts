/**
 * A search method: what differs between DARTS and its relatives. A method says which mixing vector the weights
 * are trained at; everything else of a search is the same pipeline.
 */
import type { Node } from "../graph/node.ts";
import type { AlphaLayout } from "../search/alphas.ts";
import type { VariantName } from "../search/mean_shift.ts";

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
  /** Side of the square cut out of search images, unless the user says otherwise; 0 cuts none. */
  readonly cutout: (settings: MethodSettings, space: string) => number;
  /** Share of the images of an epoch (from 0) that are cut, where cutout is on. */
  readonly cutoutProbability: (epoch: number, epochs: number) => number;
  /** Radius of the perturbation in an epoch (from 0); undefined where the method perturbs nothing. */
  readonly epsilon: (settings: MethodSettings, epoch: number, epochs: number) => number | undefined;
  /** The mixing vector [floats] at which the weight step trains the weights. */
  readonly mixing: (settings: MethodSettings, context: MixingContext) => Node;
}
