/**
 * Weighted sum of feature maps with a weight per channel: BatchNorm's scale and shift, the mixed operation of a
 * supernet node, and every sum of adjoints.
 */
import source from "../../../shaders/combine.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, sameShape } from "../node.ts";
import { channelDot } from "./channel_dot.ts";
import { addAll } from "./elementwise.ts";
import { channelBlocks, rowBlocks } from "./grid.ts";
import { reluMask } from "./relu.ts";

/** One addend: x, or scale[c] · x. */
export interface Term {
  readonly x: Node;
  /** [C]. */
  readonly scale?: Node | undefined;
}

/** Inputs of the node: every x, then the scales there are in the order of their terms, the bias, the mask. */
export interface CombineAttrs {
  /** For each term, whether it has a scale. */
  readonly scaled: readonly boolean[];
  readonly bias: boolean;
  /** Whether max(·, 0) is taken of the sum. */
  readonly relu: boolean;
  /** Whether the sum is 0 wherever the mask, the last input, is not positive. Set by the planner only. */
  readonly mask: boolean;
}

/** Blocks of 4 columns that one workgroup computes: 64 threads, 4 blocks each. */
const blocksPerGroup = 256;
/** Stands in the record where a term has no scale or the sum no bias. */
const none = 0xffffffff;

export const combineOp: Op<CombineAttrs> = {
  name: "combine",
  gradient: (n, dy) => {
    if (n.attrs.mask) {
      throw new TypeError("Cannot differentiate a fused combine: differentiate before planning");
    }
    const { terms, bias } = combined(n);
    const dz = n.attrs.relu ? reluMask(dy, n) : dy;
    return [
      ...terms.map(({ scale }) => (scale ? combine([{ x: dz, scale }]) : dz)),
      ...terms.flatMap(({ x, scale }) => (scale ? [channelDot(dz, x)] : [])),
      ...(bias ? [channelDot(dz)] : []),
    ];
  },
  call: combineCall,
};

/** The terms and the bias of a combine node, as they were given to {@link combine}. */
export function combined(
  n: Node<CombineAttrs>,
): { terms: Term[]; bias: Node | undefined; mask: Node | undefined } {
  const { scaled, bias, mask } = n.attrs;
  let vector = scaled.length;
  const terms = scaled.map((
    has,
    i,
  ) => (has ? { x: n.inputs[i]!, scale: n.inputs[vector++]! } : { x: n.inputs[i]! }));
  return { terms, bias: bias ? n.inputs[vector] : undefined, mask: mask ? n.inputs.at(-1) : undefined };
}

function combineCall(n: Node<CombineAttrs>): Call {
  const all = n.attrs.scaled.map((_, k) => k);
  return {
    ...partialCall(n, all, true, true),
    split: (parts) => parts.map((terms, i) => partialCall(n, terms, i === 0, i === parts.length - 1)),
  };
}

/** The call over some of the terms: the first one has the bias, the last one the ReLU. */
function partialCall(
  n: Node<CombineAttrs>,
  terms: readonly number[],
  isFirst: boolean,
  isLast: boolean,
): Call {
  const { scaled, relu } = n.attrs;
  const [channels, , , width] = n.shape as [number, number, number, number];
  const blocks = channelBlocks(n.shape);
  const all = combined(n);
  const used = terms.map((k) => all.terms[k]!);
  const bias = isFirst ? all.bias : undefined;
  const mask = isLast ? all.mask : undefined;
  const vectors = [...used.flatMap(({ scale }) => (scale ? [scale] : [])), ...(bias ? [bias] : [])];
  const hasVectors = vectors.length > 0;
  let vector = used.length;
  return {
    kernel: {
      label: (hasVectors ? "combine" : "add_maps") + (mask ? " mask" : ""),
      source,
      defines: { VECTORS: Number(hasVectors), MASK: Number(mask !== undefined) },
    },
    slots: 1 + Number(hasVectors) + Number(mask !== undefined),
    operands: [
      ...used.map(({ x }) => ({ slot: 0, node: x })),
      ...vectors.map((node) => ({ slot: 1, node })),
      ...(mask ? [{ slot: 1 + Number(hasVectors), node: mask }] : []),
    ],
    // The kernel finds these from the end of the record, whose length depends on the number of terms.
    params: [
      ...(hasVectors ? terms.map((k) => (scaled[k] ? vector++ : none)) : []),
      bias ? used.length + vectors.length - 1 : none,
      mask ? used.length + vectors.length : none,
      Number(relu && isLast) + 2 * Number(!isFirst),
      channels,
      blocks,
      rowBlocks(width),
      width,
      used.length,
    ],
    grid: [Math.ceil(blocks / blocksPerGroup), channels],
    flop: 8 * channels * blocks * used.length,
  };
}

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

/** Whether a node is a combine of which nothing but the sum was asked, so that other sums can take it in. */
export const isPlainSum = (x: Node): x is Node<CombineAttrs> =>
  x.op === combineOp && !(x as Node<CombineAttrs>).attrs.relu && !(x as Node<CombineAttrs>).attrs.mask;

/** The sum of feature maps as one combine: addends that are sums themselves are taken apart into their terms. */
export function accumulate(nodes: readonly Node[]): Node {
  const [only, ...rest] = nodes;
  if (!only) throw new TypeError("Cannot accumulate: no feature maps");
  if (rest.length === 0) return only;
  const parts = nodes.map((x) => (isPlainSum(x) ? combined(x) : { terms: [{ x }], bias: undefined }));
  const biases = parts.flatMap(({ bias }) => (bias ? [bias] : []));
  return combine(parts.flatMap(({ terms }) => terms), biases.length > 0 ? addAll(biases) : undefined);
}
