/** The kernels of combine and of channel dots: which one computes a node, and its record. */
import source from "../../../shaders/combine.wgsl" with { type: "text" };
import dotsSource from "../../../shaders/channel_dots.wgsl" with { type: "text" };
import fewSource from "../../../shaders/combine_few.wgsl" with { type: "text" };
import type { Call, Node } from "../node.ts";
import { channelBlocks, evenSpan, isPadded, reductionThreads, rowBlocks } from "./grid.ts";
import { lowestKept } from "./loader.ts";

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

export function combineCall(n: Node<CombineAttrs>): Call {
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

export interface DotsAttrs {
  /** Whether the last row is the sum of y alone. */
  readonly sum: boolean;
}

/** Most dots that one workgroup computes. */
const mostDots = 4;
/** Stands in the record where the sum of y is not asked for. */
const none = 0xffffffff;

/** The call for some of the dots, whose rows the kernel is told. */
export function dotsCall(n: Node<DotsAttrs>, rows: readonly number[], sum: boolean): Call {
  const y = n.inputs.at(-1)!;
  const [channels, blocks] = [y.shape[0]!, channelBlocks(y.shape)];
  const THREADS = reductionThreads(blocks);
  const TERMS = rows.length > 1 ? mostDots : rows.length;
  return {
    kernel: {
      label: TERMS > 0 ? `channel_dots ${TERMS}` : "channel_sum",
      source: dotsSource,
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
