/** Batch statistics of a feature map, for BatchNorm. */
import source from "../../../shaders/moments.wgsl" with { type: "text" };
import { featureMap, type Node, node, type Op, plainCall } from "../node.ts";
import { combine } from "./combine.ts";
import { mul, scale, sub } from "./elementwise.ts";
import { channelBlocks, channelThreads, isPadded, rowBlocks } from "./grid.ts";
import { row } from "./view.ts";

const momentsOp: Op<null> = {
  name: "moments",
  // With M elements a channel: d mean / dx = 1/M and d variance / dx = 2 (x - mean) / M.
  gradient: (n, dy) => {
    const x = n.inputs[0]!;
    const [, images, height, width] = x.shape as [number, number, number, number];
    const perElement = 1 / (images * height * width);
    const slope = scale(row(dy, 1), 2 * perElement);
    return [combine([{ x, scale: slope }], sub(scale(row(dy, 0), perElement), mul(slope, row(n, 0))))];
  },
  call: (n, tuning) => {
    const x = n.inputs[0]!;
    const [channels, images, height, width] = x.shape as [number, number, number, number];
    const blocks = channelBlocks(x.shape);
    const padded = isPadded(x.shape);
    const THREADS = channelThreads(blocks, tuning);
    return {
      ...plainCall(n, ["x"], {
        label: padded ? "moments padded" : "moments",
        source,
        defines: { THREADS, LANES: tuning.lanes, PADDED: Number(padded) },
      }, tuning),
      params: {
        ...{ channels, blocks, count: images * height * width },
        ...{ rowBlocks: rowBlocks(width), width, summed: THREADS },
      },
      grid: [channels, 1],
      flop: 16 * channels * blocks,
    };
  },
};

/** Mean (row 0) and biased variance (row 1) of every channel over N, H and W: [2, C]. */
export function moments(x: Node): Node {
  const [channels] = featureMap("moments", x);
  return node(momentsOp, [x], null, [2, channels]);
}
