/** What supernet and found network have around the edges of a DARTS cell: stem and preprocessing. */
import type { Node } from "../../graph/node.ts";
import { apply } from "../../nn/affine.ts";
import { denseConvolution, factorizedReduce, reluConvBn } from "../../nn/layers.ts";
import type { Scope } from "../../nn/scope.ts";
import type { StackedCell } from "../../spaces/darts_cell.ts";

/** 3×3 convolution to three times the cell's channels, and the one BatchNorm that is affine even in a supernet. */
export function stem(scope: Scope, images: Node, channels: number): Node {
  const convolved = denseConvolution(scope.child("stem.0"), images, {
    channels: 3 * channels,
    kernel: [3, 3],
    pad: [1, 1],
  });
  return apply(scope.batchNorm(convolved, "stem.1", { affine: true }));
}

/** A cell's input nodes 0 and 1: the two cells before, brought to its channels and to one size. */
export function preprocess(
  scope: Scope,
  before: readonly [Node, Node],
  cell: StackedCell,
  affine: boolean,
): [Node, Node] {
  const first = cell.afterReduction ? factorizedReduce : reluConvBn;
  return [
    apply(first(scope.child("preprocess0"), before[0], cell.channels, affine)),
    apply(reluConvBn(scope.child("preprocess1"), before[1], cell.channels, affine)),
  ];
}
