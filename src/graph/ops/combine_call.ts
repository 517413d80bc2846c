/** The kernels of combine and of channel dots: which one computes a node, and its record. */
import source from "../../../shaders/combine.wgsl" with { type: "text" };
import dotsSource from "../../../shaders/channel_dots.wgsl" with { type: "text" };
import fewSource from "../../../shaders/combine_few.wgsl" with { type: "text" };
import { runs } from "../../lists.ts";
import type { Call, Node } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { channelBlocks, channelThreads, evenSpan, isPadded, rowBlocks } from "./grid.ts";
import { lowestKept } from "./loader.ts";

/** One addend: x, or scale[c] · x. */
export interface Term {
  /** Feature map [C, N, H, W]. */
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

/**
 * Bindings through which one call of the kernel for many terms reads terms that do not lie in one: of the 8 that every
 * device has, the table, the vectors, the mask and the output take one each.
 */
export const mostBindings = 4;

/**
 * Calls that one after the other read terms which lie in several bindings, in the order of the terms, so that their sum
 * is rounded as in one call. `call` gets the terms of each of its bindings; all calls but the first add to what is there.
 */
export function callsInTurn(
  parts: readonly (readonly number[])[],
  call: (some: readonly (readonly number[])[], isFirst: boolean, isLast: boolean) => Call,
): Call[] {
  const all = runs(parts);
  const calls = Math.ceil(all.length / mostBindings);
  return Array.from(
    { length: calls },
    (_, i) => call(all.slice(i * mostBindings, (i + 1) * mostBindings), i === 0, i === calls - 1),
  );
}

/** The terms and the bias of a combine node, as they were given to {@link combine}. */
export function combined(n: Node<CombineAttrs>) {
  const { scaled, bias, mask } = n.attrs;
  let vector = scaled.length;
  const terms = scaled.map((has, i): Term => ({
    x: n.inputs[i]!,
    ...(has && { scale: n.inputs[vector++]! }),
  }));
  return { terms, bias: bias ? n.inputs[vector] : undefined, mask: mask ? n.inputs.at(-1) : undefined };
}

export function combineCall(n: Node<CombineAttrs>, tuning: Tuning): Call {
  const { terms: given, bias, mask } = combined(n);
  // Kernels have those with a scale first.
  const terms = [...given.filter(({ scale }) => scale), ...given.filter(({ scale }) => !scale)];
  if (terms.length <= tuning.combine.few && !mask && terms.every(({ scale }) => scale)) {
    return fewTerms(n, terms, bias, tuning);
  }
  return {
    ...manyTerms(n, [terms], { bias, mask, relu: n.attrs.relu }, tuning),
    split: (parts) =>
      callsInTurn(
        parts,
        (some, isFirst, isLast) =>
          manyTerms(n, some.map((part) => part.map((k) => terms[k]!)), {
            bias: isLast ? bias : undefined,
            mask: isLast ? mask : undefined,
            relu: isLast && n.attrs.relu,
            resume: !isFirst,
          }, tuning),
      ),
  };
}

function fewTerms(
  n: Node<CombineAttrs>,
  terms: readonly Term[],
  bias: Node | undefined,
  { threads: THREADS, lanes: LANES, combine }: Tuning,
): Call {
  const [channels, , , width] = n.shape as [number, number, number, number];
  const blocks = channelBlocks(n.shape);
  const span = evenSpan(blocks, combine.fewSpan, 2 * THREADS); // a thread takes two blocks at a time
  const padded = bias !== undefined && isPadded(n.shape);
  return {
    kernel: {
      label: `combine ${terms.length}${bias ? " bias" : ""}${padded ? " padded" : ""}`,
      source: fewSource,
      defines: {
        ...{ THREADS, LANES, TERMS: terms.length },
        ...{ BIAS: Number(bias !== undefined), PADDED: Number(padded) },
      },
    },
    bindings: [...terms.map((_, k) => `x${k}`), "vectors"],
    operands: [
      ...terms.flatMap(({ x, scale }, slot) => [{ slot, node: x }, { slot: terms.length, node: scale! }]),
      ...(bias ? [{ slot: terms.length, node: bias }] : []),
    ],
    params: { lowest: lowestKept(n.attrs.relu), channels, blocks, span, rowBlocks: rowBlocks(width), width },
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
  { threads: THREADS, lanes: LANES, combine: { blocks: BLOCKS } }: Tuning,
): Call {
  const [channels, , , width] = n.shape as [number, number, number, number];
  const blocks = channelBlocks(n.shape);
  const terms = parts.flat();
  const anyVector = terms.find(({ scale }) => scale)?.scale ?? bias;
  // Few variants: one binding, or as many as there may be, some of them without terms.
  const BINDINGS = parts.length === 1 ? 1 : mostBindings;
  const padded = bias !== undefined && isPadded(n.shape);
  const flags = Object.entries({ bias: bias !== undefined, padded, mask: mask !== undefined, resume });
  const label = [anyVector ? "combine" : "add_maps", ...(BINDINGS > 1 ? ["apart"] : [])];
  const counts = Array.from({ length: BINDINGS }, (_, k) => {
    const part = parts[k] ?? [];
    return { [`terms${k}`]: part.length, [`scaled${k}`]: part.filter(({ scale }) => scale).length };
  });
  const bindings = [
    ...counts.map((_, k) => `x${k}`),
    ...(anyVector ? ["vectors"] : []),
    ...(mask ? ["mask"] : []),
  ];
  const through = (name: string, node: Node | undefined): Call["operands"] =>
    node ? [{ slot: bindings.indexOf(name), node }] : [];
  return {
    kernel: {
      label: [...label, ...flags.flatMap(([name, on]) => (on ? [name] : []))].join(" "),
      source,
      defines: {
        ...{ THREADS, LANES, BLOCKS, BINDINGS, VECTORS: Number(anyVector !== undefined) },
        ...Object.fromEntries(flags.map(([name, on]) => [name.toUpperCase(), Number(on)])),
      },
      variadic: true,
    },
    bindings,
    operands: [
      // In pairs, which a kernel with vectors reads at once; it uses the scale of the first terms only.
      ...parts.flatMap((part, k) =>
        part.flatMap(({ x, scale = anyVector }) => [...through(`x${k}`, x), ...through("vectors", scale)])
      ),
      ...through("vectors", bias),
      ...through("mask", mask),
    ],
    params: Object.assign(
      { lowest: lowestKept(relu) },
      ...counts,
      { channels, blocks, rowBlocks: rowBlocks(width), width },
    ),
    grid: [Math.ceil(blocks / (BLOCKS * THREADS)), channels],
    flop: 8 * channels * blocks * terms.length,
  };
}

export interface DotsAttrs {
  /** Whether the last row is the sum of y alone. */
  readonly sum: boolean;
}

/** Stands in the record where the sum of y is not asked for. */
const none = 0xffffffff;

/** The call for some of the dots, whose rows the kernel is told, of a node [rows, C] or [ranges, rows, C]. */
export function dotsCall(n: Node<DotsAttrs>, terms: readonly number[], sum: boolean, tuning: Tuning): Call {
  const [ranges, rows] = n.shape.length === 3 ? n.shape as [number, number] : [1, n.shape[0]!];
  const y = n.inputs.at(-1)!;
  const [channels, blocks] = [y.shape[0]!, channelBlocks(y.shape)];
  const THREADS = channelThreads(blocks, tuning);
  const { dots } = tuning.channel;
  const TERMS = terms.length > 1 ? dots : terms.length;
  return {
    kernel: {
      label: TERMS > 0 ? `channel_dots ${TERMS}` : "channel_sum",
      source: dotsSource,
      defines: { TERMS, THREADS, LANES: tuning.lanes },
      variadic: true,
    },
    bindings: TERMS > 0 ? ["x", "y"] : ["y"],
    operands: [...terms.map((k) => ({ slot: 0, node: n.inputs[k]! })), { slot: Math.min(TERMS, 1), node: y }],
    params: {
      ...Object.fromEntries(terms.map((row, k) => [`row${k}`, row])),
      rowOfSum: sum ? rows - 1 : none,
      ...{ terms: terms.length, channels, blocks, ranges, rows, summed: THREADS },
    },
    grid: [channels, ranges * Math.max(1, Math.ceil(terms.length / dots))],
    flop: (8 * terms.length + 4 * Number(sum)) * channels * blocks,
  };
}
