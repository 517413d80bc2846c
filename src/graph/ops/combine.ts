/**
 * Weighted sums of feature maps with a weight per channel: BatchNorm's scale and shift, the mixed operation of a
 * supernet node, and every sum of adjoints. And the gradients of the weights: per-channel sums of products of feature
 * maps, and of a map alone. The two are one trilinear form seen from each side.
 */
import { featureMap, type Node, node, type Op, sameShape } from "../node.ts";
import {
  type CombineAttrs,
  combineCall,
  combined,
  type DotsAttrs,
  dotsCall,
  type Term,
} from "./combine_call.ts";
import { addAll } from "./elementwise.ts";
import { refuseFused } from "./loader.ts";
import { channelRanges } from "./partial_sums.ts";
import { broadcastTo, sum } from "./reduce.ts";
import { reluMask } from "./relu.ts";
import { spatialSpread } from "./spatial_mean.ts";
import { reshape, row } from "./view.ts";

export { type CombineAttrs, combined, type Term } from "./combine_call.ts";

export const combineOp: Op<CombineAttrs> = {
  name: "combine",
  gradient: (n, dy) => {
    refuseFused("a combine with a mask", n.attrs.mask);
    const { terms, bias } = combined(n);
    const dz = n.attrs.relu ? reluMask(dy, n) : dy;
    return [
      ...terms.map(({ scale }) => (scale ? combine([{ x: dz, scale }]) : dz)),
      ...channelDots(terms.flatMap(({ x, scale }) => (scale ? [x] : [])), dz, { sum: bias !== undefined }),
    ];
  },
  call: combineCall,
};

/**
 * Σ_k scale_k[c] · x_k[c, n, h, w] + bias[c], then max(·, 0) where `relu` is set.
 *
 * @param terms at least one, all of one shape
 * @param bias [C]
 */
export function combine(terms: readonly Term[], bias?: Node, { relu = false } = {}): Node {
  const first = terms[0]?.x;
  if (!first) throw new TypeError("Cannot build combine: it needs at least one term");
  const [channels] = featureMap("combine", first);
  for (const { x } of terms) {
    if (!sameShape(x.shape, first.shape)) {
      throw new TypeError(`Cannot build combine: terms [${first.shape}] and [${x.shape}] differ in shape`);
    }
  }
  const scales = terms.flatMap(({ scale }) => (scale ? [scale] : []));
  const vectors = bias ? [...scales, bias] : scales;
  for (const v of vectors) {
    if (v.shape.length !== 1 || v.shape[0] !== channels) {
      throw new TypeError(`Cannot build combine: a scale or bias [${v.shape}] for ${channels} channels`);
    }
  }
  const attrs = {
    scaled: terms.map(({ scale }) => scale !== undefined),
    bias: bias !== undefined,
    relu,
    mask: false,
  };
  return node(combineOp, [...terms.map(({ x }) => x), ...vectors], attrs, first.shape);
}

/** A combine node that is 0 wherever `mask`, of its shape, is not positive: for the planner. */
export function masked(sum: Node<CombineAttrs>, mask: Node): Node {
  return node(combineOp, [...sum.inputs, mask], { ...sum.attrs, mask: true }, sum.shape);
}

/** Whether a node is a weighted sum of maps, with or without a bias and a ReLU, that no mask is applied to. */
export const isUnmasked = (x: Node): x is Node<CombineAttrs> =>
  x.op === combineOp && !(x as Node<CombineAttrs>).attrs.mask;

/** Whether a node is a combine of which nothing but the sum was asked, so that other sums can take it in. */
export const isPlainSum = (x: Node): x is Node<CombineAttrs> => isUnmasked(x) && !x.attrs.relu;

/** The sum of feature maps as one combine: addends that are sums themselves are taken apart into their terms. */
export function accumulate(nodes: readonly Node[]): Node {
  const [only, ...rest] = nodes;
  if (!only) throw new TypeError("Cannot accumulate: no feature maps");
  if (rest.length === 0) return only;
  const parts = nodes.map((x) => (isPlainSum(x) ? combined(x) : { terms: [{ x }], bias: undefined }));
  const biases = parts.flatMap(({ bias }) => (bias ? [bias] : []));
  return combine(parts.flatMap(({ terms }) => terms), biases.length > 0 ? addAll(biases) : undefined);
}

/** Inputs: every x, then y. Lowered, each range of the columns has rows of its own: [ranges, rows, C]. */
const channelDotsOp: Op<DotsAttrs> = {
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
  lower: (n, tuning) => {
    const [rows, channels] = n.shape as [number, number];
    if (n.shape.length === 3) return n;
    const groups = channels * Math.max(1, Math.ceil((n.inputs.length - 1) / tuning.channel.dots));
    const ranges = channelRanges(n.inputs[0]!.shape, { groups, sums: rows * channels }, tuning);
    if (ranges === 1) return n;
    return reshape(sum(node(channelDotsOp, n.inputs, n.attrs, [ranges, rows, channels]), [0]), n.shape);
  },
  call: (n, tuning) => {
    const xs = n.inputs.slice(0, -1).map((_, k) => k);
    return {
      ...dotsCall(n, xs, n.attrs.sum, tuning),
      split: (parts) => parts.map((part, i) => dotsCall(n, part, n.attrs.sum && i === 0, tuning)),
    };
  },
};

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
