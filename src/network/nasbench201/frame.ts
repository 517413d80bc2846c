/**
 * The network around the cells of NAS-Bench-201 (stem, stacks with residual blocks between them, head), and the
 * operations in them.
 */
import type { Node } from "../../graph/node.ts";
import { avgPool, relu } from "../../graph/ops/mod.ts";
import { type Affine, apply, applyRelu, weightedSum } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import { checkHalvable, convBn, denseConvolution, pointwiseConvolution } from "../../nn/layers.ts";
import type { OperationName } from "../../nn/operation_names.ts";
import type { Scope } from "../../nn/scope.ts";
import { stackOf } from "../../spaces/stack.ts";
import { classifier, type NetworkSize } from "../frame.ts";

/** Residual blocks between the stacks. They are counted among the modules `cells.{c}`, not among the layers. */
export const residualBlocks = 2;

/**
 * Logits [classes, N]. `size.layers` cells are cut into three stacks at one and two thirds, and a residual block before
 * the second and the third doubles the channels and halves the image. `cell` builds the cell of an index, from 0. All
 * BatchNorms here are affine, in a supernet too.
 */
export function skeleton(
  scope: Scope,
  images: Node,
  { channels, layers, classes }: NetworkSize,
  cell: (scope: Scope, x: Node, index: number) => Node,
): Node {
  let x = stem(scope, images, channels);
  let blocks = 0;
  for (let c = 0; c < layers; c++) {
    // Of very few cells, one may come after two blocks.
    for (; blocks < stackOf(c, layers); blocks++) {
      x = residualBlock(scope.child(`cells.${c + blocks}`), x, 2 * x.shape[0]!);
    }
    x = cell(scope.child(`cells.${c + blocks}`), x, c);
  }
  return classifier(scope, applyRelu(scope.batchNorm(x, "lastact.0", { affine: true })), classes);
}

/** 3×3 convolution to the first cell's channels, BatchNorm. */
function stem(scope: Scope, images: Node, channels: number): Node {
  const convolved = denseConvolution(scope.child("stem.0"), images, {
    channels,
    kernel: [3, 3],
    pad: [1, 1],
  });
  return apply(scope.batchNorm(convolved, "stem.1", { affine: true }));
}

/** Two 3×3 convolutions, the first of which strides, beside the mean of 2×2 pixels and a 1×1 convolution. */
function residualBlock(scope: Scope, x: Node, channels: number): Node {
  checkHalvable(scope, x);
  const options = { channels, kernel: 3, affine: true } as const;
  const first = convBn(scope.child("conv_a"), relu(x), { ...options, stride: 2 });
  const second = convBn(scope.child("conv_b"), applyRelu(first), { ...options, stride: 1 });
  const pooled = avgPool(x, { kernel: 2, stride: 2, pad: 0 });
  const shortcut = pointwiseConvolution(scope.child("downsample.1"), pooled, channels);
  return weightedSum([{ value: second }, { value: { x: shortcut } }]);
}

/**
 * An operation on an edge; null: it contributes nothing. No edge of the cell strides, and no pool has a BatchNorm.
 */
export const edgeOperation = (
  scope: Scope,
  name: OperationName,
  x: Node,
  { mixed }: { readonly mixed: boolean },
): Affine | null => candidates[name](scope, x, { stride: 1, mixed: mixed && name !== "avg_pool_3x3" });
