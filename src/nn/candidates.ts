/**
 * The candidate operations: name → layer. A new one is a line here and one in `operation_names.ts`. Definitions: DARTS
 * (Liu et al.), RobustDARTS (Zela et al.) for noise, NAS-Bench-201 (Dong and Yang) for `nor_conv`, NAS-Bench-101 (Ying
 * et al.) for `conv3x3-bn-relu` and its like.
 */
import type { Node } from "../graph/node.ts";
import { avgPool, maxPool, relu } from "../graph/ops/mod.ts";
import type { Affine } from "./affine.ts";
import {
  convBn,
  convBnRelu,
  crossConvolution,
  dilatedConvolution,
  factorizedReduce,
  separableConvolution,
} from "./layers.ts";
import type { OperationName } from "./operation_names.ts";
import type { Scope } from "./scope.ts";

/** Where an operation stands. */
export interface Place {
  /** 2 where the operation halves height and width. */
  readonly stride: 1 | 2;
  /**
   * In a mixed operation BatchNorm has no affine parameters and pools are followed by one; in a network of
   * chosen operations it is affine and pools have none.
   */
  readonly mixed: boolean;
  /** How much of a batch goes into the running statistics of NAS-Bench-101's operations; 0.1 when left out. */
  readonly momentum?: number | undefined;
}

/**
 * Builds an operation that reads the feature map `x` and keeps its channels, in the scope of its module.
 * Null: it contributes nothing.
 */
export type Candidate = (scope: Scope, x: Node, place: Place) => Affine | null;

const separable = (kernel: 3 | 5 | 7): Candidate => (scope, x, { stride, mixed }) =>
  separableConvolution(scope, x, { kernel, stride, affine: !mixed });

const dilated = (kernel: 3 | 5): Candidate => (scope, x, { stride, mixed }) =>
  dilatedConvolution(scope, x, { kernel, stride, affine: !mixed });

const cross = (kernel: 3 | 7): Candidate => (scope, x, { stride, mixed }) =>
  crossConvolution(scope, x, { kernel, stride, affine: !mixed });

const dense = (kernel: 1 | 3): Candidate => (scope, x, { stride, mixed }) =>
  convBn(scope, relu(x), { channels: x.shape[0]!, kernel, stride, affine: !mixed });

const normalised = (kernel: 1 | 3): Candidate => (scope, x, { stride, momentum }) => ({
  x: convBnRelu(scope.child("op"), x, { channels: x.shape[0]!, kernel, stride, momentum }),
});

const pool = (build: typeof maxPool | typeof avgPool): Candidate => (scope, x, { stride, mixed }) => {
  const pooled = build(x, { kernel: 3, stride, pad: 1 });
  return mixed ? scope.batchNorm(pooled, "1", { affine: false }) : { x: pooled };
};

/** The candidate operations by name. Modules are named as in the PyTorch code of each source. */
export const candidates: Readonly<Record<OperationName, Candidate>> = {
  none: () => null,
  noise: (scope, x, { stride }) => {
    const [channels, batch, height, width] = x.shape as [number, number, number, number];
    return { x: scope.noise([channels, batch, Math.ceil(height / stride), Math.ceil(width / stride)]) };
  },
  max_pool_3x3: pool(maxPool),
  avg_pool_3x3: pool(avgPool),
  skip_connect: (scope, x, { stride, mixed }) =>
    stride === 1 ? { x } : factorizedReduce(scope, x, x.shape[0]!, !mixed),
  sep_conv_3x3: separable(3),
  sep_conv_5x5: separable(5),
  sep_conv_7x7: separable(7),
  dil_conv_3x3: dilated(3),
  dil_conv_5x5: dilated(5),
  conv_7x1_1x7: cross(7),
  nor_conv_1x1: dense(1),
  nor_conv_3x3: dense(3),
  maxpool3x3: (_, x, { stride }) => ({ x: maxPool(x, { kernel: 3, stride, pad: 1 }) }),
  "conv3x3-bn-relu": normalised(3),
  "conv1x1-bn-relu": normalised(1),
};
