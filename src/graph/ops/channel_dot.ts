/** Per-channel sums of a feature map, or of the product of two: every gradient of a per-channel scale or bias. */
import source from "../../../shaders/channel_dot.wgsl" with { type: "text" };
import { featureMap, type Kernel, type Node, node, type Op, sameShape } from "../node.ts";
import { combine } from "./combine.ts";
import { broadcastTo } from "./elementwise.ts";
import { channelBlocks, reductionThreads } from "./grid.ts";
import { spatialSpread } from "./spatial_mean.ts";
import { reshape } from "./view.ts";

/** The kernel that sums x, or x·y of a pair, by as many threads a channel as its size is worth. */
const kernel = (pair: boolean, blocks: number): Kernel => ({
  label: pair ? "channel_dot" : "channel_sum",
  source,
  defines: { PAIR: Number(pair), THREADS: reductionThreads(blocks) },
});

const channelDotOp: Op<null> = {
  name: "channel_dot",
  gradient: (n, dy) => {
    const [x, y] = n.inputs;
    if (y) return [combine([{ x: y, scale: dy }]), combine([{ x: x!, scale: dy }])];
    const [channels, images, height, width] = x!.shape as [number, number, number, number];
    const perImage = broadcastTo(reshape(dy, [channels, 1]), [channels, images]);
    return [spatialSpread(perImage, height, width)];
  },
  call: (n) => {
    const x = n.inputs[0]!;
    const blocks = channelBlocks(x.shape);
    return {
      kernel: kernel(n.inputs.length === 2, blocks),
      slots: n.inputs.length,
      operands: n.inputs.map((node, slot) => ({ slot, node })),
      params: [x.shape[0]!, blocks],
      grid: [x.shape[0]!, 1],
      flop: 4 * n.inputs.length * x.shape[0]! * blocks,
    };
  },
};

/** Sum over N, H and W of x·y (of x alone without `y`), as a vector [C]. */
export function channelDot(x: Node, y?: Node): Node {
  const [channels] = featureMap("channel_dot", x);
  if (y && !sameShape(x.shape, y.shape)) {
    throw new TypeError(`Cannot build channel_dot: shapes [${x.shape}] and [${y.shape}] differ`);
  }
  return node(channelDotOp, y ? [x, y] : [x], null, [channels]);
}
