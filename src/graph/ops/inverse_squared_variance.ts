/** How alike the channels of a pixel are (IS-DARTS). */
import source from "../../../shaders/inverse_squared_variance.wgsl" with { type: "text" };
import { featureMap, floatBits, type Node, node, type Op, plainCall } from "../node.ts";
import { channelBlocks, foldGrid, rowBlocks } from "./grid.ts";

/** A smaller variance counts as this one: the square of the reciprocal, and sums of many such, stay finite. */
export const leastVariance = 1e-15;

const inverseSquaredVarianceOp: Op<null> = {
  name: "inverse_squared_variance",
  gradient: "none",
  call: (n, tuning) => {
    const { shape: [channels, , , width] } = n.inputs[0]! as { shape: readonly number[] };
    const blocks = channelBlocks(n.shape);
    return {
      ...plainCall(n, ["x"], { source }, tuning),
      params: {
        blocks,
        channels: channels!,
        rowBlocks: rowBlocks(width!),
        width: width!,
        least: floatBits(leastVariance),
      },
      grid: foldGrid(blocks, tuning.threads),
      flop: 4 * 5 * channels! * blocks,
    };
  },
};

/**
 * 1/σ⁴ of every pixel of a feature map [C, N, H, W], with its variance σ² over the channels, without bias: [1, N, H, W].
 * A variance below {@link leastVariance} counts as that. Not differentiable.
 */
export function inverseSquaredVariance(x: Node): Node {
  const [, images, height, width] = featureMap("inverse_squared_variance", x);
  return node(inverseSquaredVarianceOp, [x], null, [1, images, height, width]);
}
