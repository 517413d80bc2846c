/**
 * A weighted sum of feature maps and of their averages over 3×3 windows, none of which is stored to be read and added.
 * For the planner.
 */
import source from "../../../shaders/pooled_sum.wgsl" with { type: "text" };
import { type Call, type Node, node, type Op } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { callsInTurn, mostBindings } from "./combine_call.ts";
import { rowBlocks } from "./grid.ts";
import { lowestKept } from "./loader.ts";

/** What a map adds to the sum: itself, its average, or both. */
export interface PooledTerm {
  /** Feature map [C, N, H, W]. */
  readonly x: Node;
  /** Of its average, [C]; none is added when left out. */
  readonly pooled?: Node | undefined;
  /** Of the map itself, [C]; it is added as it is where this is "once", and not at all when left out. */
  readonly own?: Node | "once" | undefined;
}

interface PooledAttrs {
  /** The inputs are every x, then the vectors there are, term by term, then the bias. */
  readonly terms: readonly { readonly pooled: boolean; readonly own: "scaled" | "once" | "none" }[];
  readonly bias: boolean;
  /** Whether max(·, 0) is taken of the sum. */
  readonly relu: boolean;
}

const pooledSumOp: Op<PooledAttrs> = {
  name: "pooled_sum",
  gradient: "none", // appears only when the planner takes averages into sums
  call: (n, tuning) => ({
    ...termsCall(n, [n.attrs.terms.map((_, k) => k)], { isFirst: true, isLast: true }, tuning),
    split: (parts) =>
      callsInTurn(parts, (some, isFirst, isLast) => termsCall(n, some, { isFirst, isLast }, tuning)),
  }),
};

/** The terms and the bias of a node, as they were given. */
function given(n: Node<PooledAttrs>): { terms: PooledTerm[]; bias: Node | undefined } {
  let vector = n.attrs.terms.length;
  const terms = n.attrs.terms.map(({ pooled, own }, k): PooledTerm => ({
    x: n.inputs[k]!,
    pooled: pooled ? n.inputs[vector++] : undefined,
    own: own === "scaled" ? n.inputs[vector++] : own === "once" ? own : undefined,
  }));
  return { terms, bias: n.attrs.bias ? n.inputs[vector] : undefined };
}

/** The call for some of the terms, those of each binding; all but the first add to what earlier ones left. */
function termsCall(
  n: Node<PooledAttrs>,
  parts: readonly (readonly number[])[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
  tuning: Tuning,
): Call {
  const all = given(n);
  const some = parts.map((part) => part.map((k) => all.terms[k]!));
  const terms = some.flat();
  const bias = isLast ? all.bias : undefined;
  const any = n.inputs.at(-1)!;
  const [channels, images, height, width] = n.shape as [number, number, number, number];
  const { pool: ROWS, pooledBlocks: BLOCKS } = tuning.rows;
  // Few variants: one binding, or as many as there may be, some of them without terms.
  const BINDINGS = parts.length === 1 ? 1 : mostBindings;
  const threads = images * Math.ceil(height / ROWS) * Math.ceil(rowBlocks(width) / BLOCKS);
  const flags = terms.map(({ own }, k) => [`flag${k}`, own === undefined ? 0 : own === "once" ? 2 : 1]);
  const counts = Array.from({ length: BINDINGS }, (_, q) => {
    const part = some[q] ?? [];
    return { [`terms${q}`]: part.length, [`pooled${q}`]: part.filter(({ pooled }) => pooled).length };
  });
  const vector = (node: Node) => ({ slot: BINDINGS, node });
  return {
    kernel: {
      label: `combine pooled${BINDINGS > 1 ? " apart" : ""}`,
      source,
      defines: { THREADS: tuning.threads, ROWS, BLOCKS, BINDINGS },
      variadic: true,
    },
    bindings: [...counts.map((_, q) => `x${q}`), "vectors"],
    operands: [
      ...some.flatMap((part, slot) =>
        part.flatMap(({ x, pooled = any, own }) => [
          { slot, node: x },
          vector(pooled),
          vector(own === undefined || own === "once" ? any : own),
        ])
      ),
      ...(bias ? [vector(bias)] : []),
    ],
    params: Object.assign(
      Object.fromEntries(flags),
      ...counts,
      { biased: Number(bias !== undefined), resume: Number(!isFirst) },
      { lowest: lowestKept(isLast && n.attrs.relu), channels, images, height, width },
    ),
    grid: [Math.ceil(threads / tuning.threads), channels],
    flop: 2 * (terms.length + 8 * terms.filter(({ pooled }) => pooled).length) * channels * images * height *
      width,
  };
}

/**
 * Σ own[c]·x + pooled[c]·mean of x over the pixels of its 3×3 window inside the image, over all terms, plus bias[c],
 * then max(·, 0) where `relu` is set. At least one term has an average. No gradient.
 */
export function pooledSum(terms: readonly PooledTerm[], bias: Node | undefined, relu: boolean): Node {
  // The kernel has those with an average first.
  const sorted = [...terms.filter(({ pooled }) => pooled), ...terms.filter(({ pooled }) => !pooled)];
  const vectors = sorted.flatMap(({ pooled, own }) => [
    ...(pooled ? [pooled] : []),
    ...(own === undefined || own === "once" ? [] : [own]),
  ]);
  const attrs: PooledAttrs = {
    terms: sorted.map(({ pooled, own }) => ({
      pooled: pooled !== undefined,
      own: own === undefined ? "none" : own === "once" ? own : "scaled",
    })),
    bias: bias !== undefined,
    relu,
  };
  const inputs = [...sorted.map(({ x }) => x), ...vectors, ...(bias ? [bias] : [])];
  return node(pooledSumOp, inputs, attrs, sorted[0]!.x.shape);
}
