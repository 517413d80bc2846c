/**
 * Weighted sum of feature maps with a weight per channel: BatchNorm's scale and shift, the mixed operation of a
 * supernet node, and every sum of adjoints.
 */
import source from "../../../shaders/combine.wgsl" with { type: "text" };
import fewSource from "../../../shaders/combine_few.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, sameShape } from "../node.ts";
import { channelDots } from "./channel_dot.ts";
import { addAll } from "./elementwise.ts";
import { channelBlocks, evenSpan, isPadded, rowBlocks } from "./grid.ts";
import { lowestKept } from "./loader.ts";
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

/** Blocks of 4 columns that one workgroup of the kernel for many terms computes: 64 threads, 8 blocks each. */
const blocksPerGroup = 512;
/** Bindings through which one call of it reads terms that do not lie in one. */
const mostBindings = 4;
/** Most terms of the kernel that keeps the scales in registers. */
const few = 3;

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
      ...channelDots(terms.flatMap(({ x, scale }) => (scale ? [x] : [])), dz, { sum: bias !== undefined }),
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
  const { bias, mask } = combined(n);
  const terms = inOrder(n);
  if (terms.length <= few && !mask && terms.every(({ scale }) => scale)) return fewTerms(n, terms, bias);
  return {
    ...manyTerms(n, [terms], { bias, mask, relu: n.attrs.relu }),
    split: (parts) => {
      const calls = Math.ceil(parts.length / mostBindings);
      return Array.from({ length: calls }, (_, i) => {
        const [isFirst, isLast] = [i === 0, i === calls - 1];
        const some = parts.slice(i * mostBindings, (i + 1) * mostBindings);
        return manyTerms(n, some.map((part) => part.map((k) => terms[k]!)), {
          bias: isFirst ? bias : undefined,
          mask: isLast ? mask : undefined,
          relu: isLast && n.attrs.relu,
          resume: !isFirst,
        });
      });
    },
  };
}

/** The terms in the order in which kernels have them: those with a scale first. */
function inOrder(n: Node<CombineAttrs>): Term[] {
  const { terms } = combined(n);
  return [...terms.filter(({ scale }) => scale), ...terms.filter(({ scale }) => !scale)];
}

function fewTerms(n: Node<CombineAttrs>, terms: readonly Term[], bias: Node | undefined): Call {
  const [channels, , , width] = n.shape as [number, number, number, number];
  const blocks = channelBlocks(n.shape);
  const span = evenSpan(blocks, 1024, 128); // some 16 blocks for each of 64 threads, which take two at a time
  const padded = bias !== undefined && isPadded(n.shape);
  return {
    kernel: {
      label: `combine ${terms.length}${bias ? " bias" : ""}${padded ? " padded" : ""}`,
      source: fewSource,
      defines: { TERMS: terms.length, BIAS: Number(bias !== undefined), PADDED: Number(padded) },
    },
    slots: terms.length + 1,
    operands: [
      ...terms.flatMap(({ x, scale }, slot) => [{ slot, node: x }, { slot: terms.length, node: scale! }]),
      ...(bias ? [{ slot: terms.length, node: bias }] : []),
    ],
    params: [lowestKept(n.attrs.relu), channels, blocks, span, rowBlocks(width), width],
    grid: [Math.ceil(blocks / span), channels],
    flop: 8 * channels * blocks * terms.length,
  };
}

/** What beside the sum of its terms one call of the kernel for many terms computes. */
interface Rest {
  readonly bias: Node | undefined;
  readonly mask: Node | undefined;
  readonly relu: boolean;
  /** Whether it adds to what an earlier call left. */
  readonly resume?: boolean;
}

/** @param parts the terms of each binding, those with a scale first */
function manyTerms(
  n: Node<CombineAttrs>,
  parts: readonly (readonly Term[])[],
  { bias, mask, relu, resume = false }: Rest,
): Call {
  const [channels, , , width] = n.shape as [number, number, number, number];
  const blocks = channelBlocks(n.shape);
  const terms = parts.flat();
  const anyVector = terms.find(({ scale }) => scale)?.scale ?? bias;
  const hasVectors = anyVector !== undefined;
  const padded = bias !== undefined && isPadded(n.shape);
  // Few variants: one binding, or as many as there may be, some of them without terms.
  const bindings = parts.length === 1 ? 1 : mostBindings;
  const variant = [
    bindings > 1 && "apart",
    bias && "bias",
    padded && "padded",
    mask && "mask",
    resume && "resume",
  ];
  const counts = Array.from({ length: bindings }, (_, k) => parts[k] ?? []).flatMap((part) => [
    part.length,
    part.filter(({ scale }) => scale).length,
  ]);
  return {
    kernel: {
      label: [hasVectors ? "combine" : "add_maps", ...variant.filter(Boolean)].join(" "),
      source,
      defines: {
        BINDINGS: bindings,
        VECTORS: Number(hasVectors),
        BIAS: Number(bias !== undefined),
        PADDED: Number(padded),
        MASK: Number(mask !== undefined),
        RESUME: Number(resume),
      },
      variadic: true,
    },
    slots: bindings + Number(hasVectors) + Number(mask !== undefined),
    operands: [
      // In pairs, which a kernel with vectors reads at once; it uses the scale of the first terms only.
      ...parts.flatMap((part, slot) =>
        part.flatMap(({ x, scale = anyVector }) => [
          { slot, node: x },
          ...(scale ? [{ slot: bindings, node: scale }] : []),
        ])
      ),
      ...(bias ? [{ slot: bindings, node: bias }] : []),
      ...(mask ? [{ slot: bindings + Number(hasVectors), node: mask }] : []),
    ],
    params: [lowestKept(relu), ...counts, channels, blocks, rowBlocks(width), width],
    grid: [Math.ceil(blocks / blocksPerGroup), channels],
    flop: 8 * channels * blocks * terms.length,
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
