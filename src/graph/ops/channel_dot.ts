/** Per-channel sums of products of feature maps, and of a map alone: the gradients of per-channel scales and biases. */
import source from "../../../shaders/channel_dots.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, sameShape } from "../node.ts";
import { combine } from "./combine.ts";
import { broadcastTo } from "./elementwise.ts";
import { channelBlocks, reductionThreads } from "./grid.ts";
import { spatialSpread } from "./spatial_mean.ts";
import { reshape, row } from "./view.ts";

interface Attrs {
  /** Whether the last row is the sum of y alone. */
  readonly sum: boolean;
}

/** Most dots that one workgroup computes. */
const mostDots = 4;
/** Stands in the record where the sum of y is not asked for. */
const none = 0xffffffff;

/** Inputs: every x, then y. */
const channelDotsOp: Op<Attrs> = {
  name: "channel_dots",
  gradient: (n, dy) => {
    const xs = n.inputs.slice(0, -1);
    const y = n.inputs.at(-1)!;
    const slope = (k: number) => row(dy, k);
    const [, images, height, width] = y.shape as [number, number, number, number];
    const spread = () => {
      const perImage = broadcastTo(reshape(slope(xs.length), [y.shape[0]!, 1]), [y.shape[0]!, images]);
      return spatialSpread(perImage, height, width);
    };
    return [
      ...xs.map((_, k) => combine([{ x: y, scale: slope(k) }])),
      xs.length === 0
        ? spread()
        : combine(xs.map((x, k) => ({ x, scale: slope(k) })), n.attrs.sum ? slope(xs.length) : undefined),
    ];
  },
  call: (n) => {
    const xs = n.inputs.slice(0, -1).map((_, k) => k);
    return {
      ...dotsCall(n, xs, n.attrs.sum),
      split: (parts) => parts.map((part, i) => dotsCall(n, part, n.attrs.sum && i === 0)),
    };
  },
};

/** The call for some of the dots, whose rows the kernel is told. */
function dotsCall(n: Node<Attrs>, rows: readonly number[], sum: boolean): Call {
  const y = n.inputs.at(-1)!;
  const [channels, blocks] = [y.shape[0]!, channelBlocks(y.shape)];
  const THREADS = reductionThreads(blocks);
  const TERMS = rows.length > 1 ? mostDots : rows.length;
  return {
    kernel: {
      label: TERMS > 0 ? `channel_dots ${TERMS}` : "channel_sum",
      source,
      defines: { TERMS, THREADS },
      variadic: true,
    },
    slots: Math.min(TERMS, 1) + 1,
    operands: [...rows.map((k) => ({ slot: 0, node: n.inputs[k]! })), { slot: Math.min(TERMS, 1), node: y }],
    params: [...rows, sum ? n.shape[0]! - 1 : none, rows.length, channels, blocks, THREADS],
    grid: [channels, Math.max(1, Math.ceil(rows.length / mostDots))],
    flop: (8 * rows.length + 4 * Number(sum)) * channels * blocks,
  };
}

/**
 * For each x its sum over N, H and W of x·y, and then, where asked for, the sum of y alone: each a vector [C].
 *
 * @param xs of the shape of y
 */
export function channelDots(xs: readonly Node[], y: Node, { sum = false } = {}): Node[] {
  const [channels] = featureMap("channel_dots", y);
  for (const x of xs) {
    if (!sameShape(x.shape, y.shape)) {
      throw new TypeError(`Cannot build channel_dots: shapes [${x.shape}] and [${y.shape}] differ`);
    }
  }
  const rows = xs.length + Number(sum);
  if (rows === 0) return [];
  const all = node(channelDotsOp, [...xs, y], { sum }, [rows, channels]);
  return Array.from({ length: rows }, (_, k) => row(all, k));
}

/** Sum over N, H and W of x·y (of x alone without `y`), as a vector [C]. */
export const channelDot = (x: Node, y?: Node): Node =>
  (y ? channelDots([x], y) : channelDots([], x, { sum: true }))[0]!;
