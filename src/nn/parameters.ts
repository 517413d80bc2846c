/**
 * What a network keeps between steps, as data: its parameters in one flat vector and its BatchNorm statistics
 * in another. Names and shapes are those of the PyTorch state dict; a parameter's elements lie in the same
 * order in both, so exchange is a copy.
 */
import type { Shape } from "../graph/node.ts";

/** How a parameter starts, as PyTorch does it. */
export type Init =
  | { readonly kind: "uniform"; readonly bound: number } // in [-bound, bound)
  | { readonly kind: "constant"; readonly value: number };

/** One parameter: its name and shape in the state dict, its start, and its place. */
export interface ParameterSpec {
  /** Of the state dict, for example `cells.0._ops.3._ops.1.op.1.weight`. */
  readonly name: string;
  /** Of the state dict, for example [16, 1, 3, 3]. */
  readonly shape: Shape;
  /** In graphs: a convolution's filters are the rows of a matrix, [16, 9]. */
  readonly graphShape: Shape;
  /** What it starts from. */
  readonly init: Init;
  /** Floats from the start of the flat parameter vector; a multiple of 4. */
  readonly offset: number;
}

/** One BatchNorm: its statistics, and their place. */
export interface BatchNormSpec {
  /** Of the module in the state dict; its statistics are `NAME.running_mean` and `NAME.running_var`. */
  readonly name: string;
  /** Of the map that it normalises. */
  readonly channels: number;
  /** Whether it has a weight and a bias, which then stand among the parameters. */
  readonly affine: boolean;
  /** How much of a batch goes into the running statistics. */
  readonly momentum: number;
  /** Floats from the start of the flat statistics vector to its [2, C] block (mean, variance); a multiple of 4. */
  readonly offset: number;
}

/** An entry of the state dict: a parameter, or a BatchNorm with its buffers. */
export type Entry =
  | { readonly kind: "parameter"; readonly spec: ParameterSpec }
  | { readonly kind: "batchNorm"; readonly spec: BatchNormSpec };

/** Everything a network keeps, in state dict order. Floats between entries (alignment) are zero. */
export interface Layout {
  /** Parameters and BatchNorms together, in state dict order. */
  readonly entries: readonly Entry[];
  /** The parameters among them. */
  readonly parameters: readonly ParameterSpec[];
  /** The BatchNorms among them. */
  readonly batchNorms: readonly BatchNormSpec[];
  /** Length of the flat parameter vector. */
  readonly parameterFloats: number;
  /** Length of the flat statistics vector. */
  readonly statisticsFloats: number;
}

/** PyTorch's default for convolutions and linear layers: ±1/√fan_in. */
export function fanInInit(fanIn: number): Init {
  return { kind: "uniform", bound: 1 / Math.sqrt(fanIn) };
}

/** Where the next tensor may start: the next multiple of 4 floats. */
export const aligned = (floats: number): number => 4 * Math.ceil(floats / 4);
