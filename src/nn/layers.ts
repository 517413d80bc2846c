/**
 * Convolutions and the blocks that DARTS cells are made of. A convolution's parameter is called `weight` in its
 * scope; none has a bias. Blocks end in a BatchNorm and return it unapplied (`Affine`).
 */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import type { Node } from "../graph/node.ts";
import {
  add,
  concatChannels,
  convolution,
  depthwise,
  type DepthwiseAttrs,
  matmul,
  pointwise,
  relu,
  reshape,
} from "../graph/ops/mod.ts";
import { type Affine, applyRelu } from "./affine.ts";
import { fanInInit } from "./parameters.ts";
import type { Scope } from "./scope.ts";

/** Depthwise convolution with the padding that keeps the size at stride 1. */
function depthwiseConvolution(scope: Scope, x: Node, options: DepthwiseAttrs): Node {
  const { kernel } = options;
  const w = scope.parameter("weight", [x.shape[0]!, 1, kernel, kernel], fanInInit(kernel * kernel));
  return depthwise(x, w, options);
}

/** 1×1 convolution to `channels`. */
export function pointwiseConvolution(scope: Scope, x: Node, channels: number): Node {
  const inputs = x.shape[0]!;
  return pointwise(x, scope.parameter("weight", [channels, inputs, 1, 1], fanInInit(inputs)));
}

/** Sizes of a dense convolution. */
export interface ConvolutionOptions {
  /** Of the output. */
  readonly channels: number;
  /** Height and width, as the next two. */
  readonly kernel: readonly [number, number];
  /** [1, 1] when left out. */
  readonly stride?: readonly [number, number];
  /** Zeros on each side; [0, 0] when left out. */
  readonly pad?: readonly [number, number];
}

/** Dense convolution to `channels`. */
export function denseConvolution(
  scope: Scope,
  x: Node,
  { channels, kernel, stride = [1, 1], pad = [0, 0] }: ConvolutionOptions,
): Node {
  const inputs = x.shape[0]!;
  const w = scope.parameter(
    "weight",
    [channels, inputs, ...kernel],
    fanInInit(inputs * kernel[0] * kernel[1]),
  );
  return convolution(x, w, { kernel, stride, pad });
}

/** Fully connected layer of a dense [features, N]: [outputs, N]. */
export function linear(scope: Scope, x: Node, outputs: number): Node {
  const features = x.shape[0]!;
  const weight = scope.parameter("weight", [outputs, features], fanInInit(features));
  const bias = scope.parameter("bias", [outputs], fanInInit(features));
  return add(matmul(weight, x), reshape(bias, [outputs, 1]));
}

/** ReLU, 1×1 convolution to `channels`, BatchNorm. */
export function reluConvBn(scope: Scope, x: Node, channels: number, affine: boolean): Affine {
  return convBn(scope, relu(x), { channels, kernel: 1, stride: 1, affine });
}

/** Sizes of a convolution with a BatchNorm. */
export interface ConvBnOptions {
  /** Of the output. */
  readonly channels: number;
  /** Rows and columns of a filter. */
  readonly kernel: 1 | 3;
  /** 2 halves height and width. */
  readonly stride: 1 | 2;
  /** Whether the BatchNorm has a weight and a bias. */
  readonly affine: boolean;
}

/** Convolution with the padding that keeps the size at stride 1, BatchNorm; for a map that has been through a ReLU. */
export function convBn(scope: Scope, x: Node, { channels, kernel, stride, affine }: ConvBnOptions): Affine {
  const convolved = paddedConvolution(scope.child("op.1"), x, { channels, kernel, stride });
  return scope.batchNorm(convolved, "op.2", { affine });
}

/** Dense convolution with the padding that keeps the size at stride 1. */
function paddedConvolution(
  scope: Scope,
  x: Node,
  { channels, kernel, stride }: Pick<ConvBnOptions, "channels" | "kernel" | "stride">,
): Node {
  if (kernel === 1 && stride === 1) return pointwiseConvolution(scope, x, channels);
  const pad = (kernel - 1) / 2;
  return denseConvolution(scope, x, {
    channels,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    pad: [pad, pad],
  });
}

/** Sizes of a convolution with a BatchNorm and a ReLU. */
export interface ConvBnReluOptions extends Pick<ConvBnOptions, "channels" | "kernel"> {
  /** 1 when left out. */
  readonly stride?: 1 | 2;
  /** Of the BatchNorm; 0.1 when left out. */
  readonly momentum?: number | undefined;
}

/** Convolution with the padding that keeps the size at stride 1, affine BatchNorm, ReLU: applied. */
export function convBnRelu(
  scope: Scope,
  x: Node,
  { channels, kernel, stride = 1, momentum }: ConvBnReluOptions,
): Node {
  const convolved = paddedConvolution(scope.child("op.0"), x, { channels, kernel, stride });
  return applyRelu(scope.batchNorm(convolved, "op.1", { affine: true, momentum }));
}

/** Throws a usage error for a feature map of odd sides, which cannot be halved alike by all operations. */
export function checkHalvable(scope: Scope, { shape: [, , height, width] }: Node): void {
  if (height! % 2 === 0 && width! % 2 === 0) return;
  throw usageError(
    `Images do not fit the reductions: ${scope.nameOf("")} has to halve a ${height}×${width} feature map; ` +
      `choose ${setting("size")} so that the sides are multiples of 4`,
  );
}

/**
 * Halves height and width, to `channels`: ReLU, two strided 1×1 convolutions that see the pixels at even and
 * at odd positions, side by side, BatchNorm. Throws a usage error for odd sizes, where the two would differ.
 */
export function factorizedReduce(scope: Scope, x: Node, channels: number, affine: boolean): Affine {
  const inputs = x.shape[0]!;
  checkHalvable(scope, x);
  if (channels % 2 !== 0) {
    throw usageError(`Cannot build ${scope.nameOf("")}: ${channels} channels cannot be halved`);
  }
  const active = relu(x);
  const half = (name: string, offset: 0 | 1): Node => {
    const w = scope.child(name).parameter("weight", [channels / 2, inputs, 1, 1], fanInInit(inputs));
    return convolution(active, w, {
      kernel: [1, 1],
      stride: [2, 2],
      pad: [0, 0],
      offset: [offset, offset],
    });
  };
  return scope.batchNorm(concatChannels([half("conv_1", 0), half("conv_2", 1)]), "bn", { affine });
}

/** Sizes of a separable or dilated convolution, which keeps its channels. */
export interface SeparableOptions {
  /** Rows and columns of a depthwise filter. */
  readonly kernel: 3 | 5 | 7;
  /** 2 halves height and width. */
  readonly stride: 1 | 2;
  /** Whether BatchNorms have a weight and a bias. */
  readonly affine: boolean;
}

/** Twice: ReLU, depthwise, pointwise, BatchNorm; the first depthwise strides. */
export function separableConvolution(
  scope: Scope,
  x: Node,
  { kernel, stride, affine }: SeparableOptions,
): Affine {
  const channels = x.shape[0]!;
  const filter = (map: Node, at: number, step: 1 | 2): Node => {
    const filtered = depthwiseConvolution(scope.child(`op.${at}`), map, {
      kernel,
      stride: step,
      dilation: 1,
    });
    return pointwiseConvolution(scope.child(`op.${at + 1}`), filtered, channels);
  };
  const first = scope.batchNorm(filter(relu(x), 1, stride), "op.3", { affine });
  return scope.batchNorm(filter(applyRelu(first), 5, 1), "op.7", { affine });
}

/** ReLU, depthwise with dilation 2, pointwise, BatchNorm. */
export function dilatedConvolution(
  scope: Scope,
  x: Node,
  { kernel, stride, affine }: SeparableOptions,
): Affine {
  const filtered = depthwiseConvolution(scope.child("op.1"), relu(x), { kernel, stride, dilation: 2 });
  return scope.batchNorm(pointwiseConvolution(scope.child("op.2"), filtered, x.shape[0]!), "op.3", {
    affine,
  });
}

/** ReLU, 1×K and K×1 dense convolutions, BatchNorm. */
export function crossConvolution(
  scope: Scope,
  x: Node,
  { kernel, stride, affine }: SeparableOptions,
): Affine {
  const channels = x.shape[0]!;
  const pad = (kernel - 1) / 2;
  const row = denseConvolution(scope.child(1), relu(x), {
    channels,
    kernel: [1, kernel],
    stride: [1, stride],
    pad: [0, pad],
  });
  const column = denseConvolution(scope.child(2), row, {
    channels,
    kernel: [kernel, 1],
    stride: [stride, 1],
    pad: [pad, 0],
  });
  return scope.batchNorm(column, "3", { affine });
}
