/** Batch statistics of a feature map, for BatchNorm. */
import source from "../../../shaders/moments.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, plainCall } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { combine } from "./combine.ts";
import { add, mul, scale, sub, variance } from "./elementwise.ts";
import { channelBlocks, channelThreads, isPadded, rowBlocks } from "./grid.ts";
import { channelRanges } from "./partial_sums.ts";
import { sum } from "./reduce.ts";
import { pack, reshape, row } from "./view.ts";

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
  lower: (n, tuning) => {
    const x = n.inputs[0]!;
    const channels = x.shape[0]!;
    const ranges = channelRanges(x.shape, { groups: channels, sums: 3 * channels }, tuning);
    if (ranges === 1) return n;
    const sums = reshape(sum(node(partialMomentsOp, [x], null, [ranges, 3, channels]), [0]), [3, channels]);
    const [apart, squares, shift] = [row(sums, 0), row(sums, 1), row(sums, 2)];
    return pack([add(shift, apart), variance(squares, apart)], [0, channels], n.shape);
  },
  call: (n, tuning) => momentsCall(n, 1, tuning),
};

/**
 * Of each range of the blocks, a row each [ranges, 3, C]: the means of x - s and of its square that the range adds to
 * those of the channel, and s for the first range, 0 for others.
 */
const partialMomentsOp: Op<null> = {
  name: "moments",
  gradient: "none", // appears only when moments are lowered to kernels
  call: (n, tuning) => momentsCall(n, n.shape[0]!, tuning),
};

function momentsCall(n: Node, ranges: number, tuning: Tuning): Call {
  const x = n.inputs[0]!;
  const [channels, images, height, width] = x.shape as [number, number, number, number];
  const blocks = channelBlocks(x.shape);
  const padded = isPadded(x.shape);
  const parts = ranges > 1;
  const THREADS = channelThreads(blocks, tuning);
  return {
    ...plainCall(n, ["x"], {
      label: `moments${padded ? " padded" : ""}${parts ? " of ranges" : ""}`,
      source,
      defines: { THREADS, LANES: tuning.lanes, PADDED: Number(padded), PARTS: Number(parts) },
    }, tuning),
    params: {
      ...{ channels, blocks, count: images * height * width },
      ...{ rowBlocks: rowBlocks(width), width, summed: THREADS },
      ...parts && { span: Math.ceil(blocks / ranges) },
    },
    grid: [channels, ranges],
    flop: 16 * channels * blocks,
  };
}

/** Mean (row 0) and biased variance (row 1) of every channel over N, H and W: [2, C]. */
export function moments(x: Node): Node {
  const [channels] = featureMap("moments", x);
  return node(momentsOp, [x], null, [2, channels]);
}
