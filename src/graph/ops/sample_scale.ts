/** One factor per image: drop-path. */
import source from "../../../shaders/sample_scale.wgsl" with { type: "text" };
import { featureMap, type Node, node, type Op, plainCall } from "../node.ts";
import { channelBlocks, rowBlocks } from "./grid.ts";

const sampleScaleOp: Op<null> = {
  name: "sample_scale",
  // The factors are drawn at random, never learned: they have no gradient.
  gradient: (n, dy) => [sampleScale(dy, n.inputs[1]!), null],
  call: (n, tuning) => {
    const BLOCKS = tuning.stream.blocks;
    const [channels, , height, width] = n.shape as [number, number, number, number];
    const blocks = channelBlocks(n.shape);
    return {
      ...plainCall(n, ["x", "s"], { source, defines: { LANES: tuning.lanes, BLOCKS } }, tuning),
      params: { channels, blocks, imageBlocks: height * rowBlocks(width) },
      grid: [Math.ceil(blocks / (BLOCKS * tuning.threads)), channels],
      flop: 4 * channels * blocks,
    };
  },
};

/** x[c, n, h, w] · s[n]. `s` is dense [N] and a constant of differentiation. */
export function sampleScale(x: Node, s: Node): Node {
  const [, images] = featureMap("sample_scale", x);
  if (s.shape.length !== 1 || s.shape[0] !== images) {
    throw new TypeError(`Cannot build sample_scale: factors [${s.shape}] for ${images} images`);
  }
  return node(sampleScaleOp, [x, s], null, x.shape);
}
