/** One factor per image: drop-path. */
import source from "../../../shaders/sample_scale.wgsl" with { type: "text" };
import { eachBound, featureMap, type Node, node, type Op } from "../node.ts";
import { channelBlocks, rowBlocks } from "./grid.ts";

const sampleScaleOp: Op<null> = {
  name: "sample_scale",
  // The factors are drawn at random, never learned: they have no gradient.
  gradient: (n, dy) => [sampleScale(dy, n.inputs[1]!), null],
  call: (n, { threads: THREADS, stream: { blocks: BLOCKS } }) => {
    const [channels, , height, width] = n.shape as [number, number, number, number];
    const blocks = channelBlocks(n.shape);
    return {
      kernel: { label: "sample_scale", source, defines: { THREADS, BLOCKS } },
      bindings: ["x", "s"],
      operands: eachBound(n.inputs),
      params: { channels, blocks, imageBlocks: height * rowBlocks(width) },
      grid: [Math.ceil(blocks / (BLOCKS * THREADS)), channels],
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
