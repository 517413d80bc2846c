/**
 * The candidate operations: name → layer. A new one is an entry here and its name in `operation_names.ts`.
 * Definitions: DARTS (Liu et al.), and RobustDARTS (Zela et al.) for noise.
 */
import type { Node } from "../graph/node.ts";
import { avgPool, maxPool } from "../graph/ops/mod.ts";
import type { Affine } from "./affine.ts";
import { crossConvolution, dilatedConvolution, factorizedReduce, separableConvolution } from "./layers.ts";
import type { OperationName } from "./operation_names.ts";
import type { Scope } from "./scope.ts";

/** Where an operation stands. */
export interface Place {
  readonly stride: 1 | 2;
  /**
   * In a mixed operation BatchNorm has no affine parameters and pools are followed by one; in a network of
   * chosen operations it is affine and pools have none.
   */
  readonly mixed: boolean;
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

const pool = (build: typeof maxPool | typeof avgPool): Candidate => (scope, x, { stride, mixed }) => {
  const pooled = build(x, { kernel: 3, stride, pad: 1 });
  return mixed ? scope.batchNorm(pooled, "1", { affine: false }) : { x: pooled };
};

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
  conv_7x1_1x7: (scope, x, { stride, mixed }) => crossConvolution(scope, x, stride, !mixed),
};
