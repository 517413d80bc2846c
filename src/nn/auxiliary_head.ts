/** The auxiliary classifier that DARTS trains beside the network, on the output of the second reduction. */
import { usageError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import { avgPool, relu, spatialMean } from "../graph/ops/mod.ts";
import { applyRelu } from "./affine.ts";
import { denseConvolution, linear, pointwiseConvolution } from "./layers.ts";
import type { Scope } from "./scope.ts";

/**
 * Logits [classes, N] from a feature map: ReLU, average pool 5×5 at stride 3, 1×1 convolution to 128, BatchNorm,
 * ReLU, 2×2 convolution to 768, BatchNorm, ReLU, linear. The original is for 8×8 maps, which leave one pixel;
 * of larger maps the mean over the pixels left is taken. Throws a usage error for maps smaller than 8×8.
 */
export function auxiliaryHead(scope: Scope, x: Node, classes: number): Node {
  const [, , height, width] = x.shape as [number, number, number, number];
  if (height < 8 || width < 8) {
    throw usageError(
      `Image too small for the auxiliary head: it reads an 8×8 feature map or larger and gets ${height}×${width}; ` +
        "switch it off or use images of 32×32 or larger",
    );
  }
  const pooled = avgPool(relu(x), { kernel: 5, stride: 3, pad: 0 });
  const narrow = pointwiseConvolution(scope.child("features.2"), pooled, 128);
  const normalised = applyRelu(scope.batchNorm(narrow, "features.3", { affine: true }));
  const wide = denseConvolution(scope.child("features.5"), normalised, { channels: 768, kernel: [2, 2] });
  const features = applyRelu(scope.batchNorm(wide, "features.6", { affine: true }));
  return linear(scope.child("classifier"), spatialMean(features), classes);
}
