/**
 * A sum of scaled dense convolutions is linear in their inputs, so one convolution of all these inputs together computes
 * it. Its filters are made here: those of a part of the inputs are the scaled filters of all convolutions that read it,
 * laid over each other where their taps see the same pixels (a 1×1 filter is the tap in the middle of a 3×3 one).
 */
import source from "../../../shaders/joined_filters.wgsl" with { type: "text" };
import { runs } from "../../lists.ts";
import { type Call, elements, type Node, node, type Op, sameShape } from "../node.ts";
import type { Tuning } from "../tuning.ts";

/** One convolution of a part's inputs. */
export interface FilterTerm {
  /** [Co, Ci·kh·kw]. */
  readonly w: Node;
  /** [Co]. */
  readonly scale: Node;
  /** kh and kw. */
  readonly kernel: readonly [number, number];
  /** Row and column of its first tap in the whole filter. */
  readonly at: readonly [number, number];
}

/** What the convolutions that read some of the inputs have. */
export interface FilterPart {
  /** Ci of all of them. */
  readonly channels: number;
  /** At least one. */
  readonly terms: readonly FilterTerm[];
}

interface JoinedAttrs {
  readonly kernel: readonly [number, number];
  /** In the order of the inputs, which are w and scale of each term. */
  readonly parts: readonly {
    readonly channels: number;
    readonly terms: readonly Pick<FilterTerm, "kernel" | "at">[];
  }[];
}

const joinedFiltersOp: Op<JoinedAttrs> = {
  name: "joined_filters",
  gradient: "none", // appears only when the planner joins convolutions
  call: (n, tuning) => {
    const all = n.inputs.flatMap((_, i) => (i % 2 === 0 ? [i / 2] : []));
    return {
      ...termsCall(n, all, false, tuning),
      split: (parts) => runs(parts).map((part, i) => termsCall(n, part, i > 0, tuning)),
    };
  },
};

/** The call for some of the terms; `resume` adds them to what an earlier call left. */
function termsCall(
  n: Node<JoinedAttrs>,
  some: readonly number[],
  resume: boolean,
  tuning: Tuning,
): Call {
  const { kernel: [rows, columns], parts } = n.attrs;
  const used = new Set(some);
  /** Four words each. */
  const [ofTerms, ofParts]: [number[], number[]] = [[], []];
  let [from, term] = [0, 0];
  for (const { channels, terms } of parts) {
    const first = ofTerms.length / 4;
    for (const { kernel, at } of terms) if (used.has(term++)) ofTerms.push(...kernel, ...at);
    ofParts.push(from, channels, first, ofTerms.length / 4);
    from += channels;
  }
  const named = (name: string, words: readonly number[]) =>
    Object.fromEntries(words.map((word, i) => [`${name}${i}`, word]));
  const most = Math.max(...parts.map(({ channels }) => channels));
  const outputs = n.shape[0]!;
  return {
    kernel: {
      label: "joined_filters",
      source,
      defines: { THREADS: tuning.threads },
      floats: true,
      variadic: true,
    },
    bindings: ["w", "scale"],
    operands: some.flatMap((k) => [0, 1].map((slot) => ({ slot, node: n.inputs[2 * k + slot]! }))),
    params: {
      ...named("term", ofTerms),
      ...named("part", ofParts),
      ...{ resume: Number(resume), terms: some.length, parts: parts.length },
      ...{ outputs, inputs: from, most, rows, columns },
    },
    grid: [Math.ceil((parts.length * outputs * most) / tuning.threads), 1],
    flop: 2 * elements(n.shape),
  };
}

/** Filters [Co, ΣCi·kh·kw] of the one convolution over the inputs of all parts, one after the other. No gradient. */
export function joinedFilters(parts: readonly FilterPart[], kernel: readonly [number, number]): Node {
  const terms = parts.flatMap((part) => part.terms);
  const outputs = terms[0]!.scale.shape[0]!;
  for (const { channels, terms } of parts) {
    for (const { w, scale, kernel: own, at } of terms) {
      const fits = [0, 1].every((axis) => at[axis]! >= 0 && at[axis]! + own[axis]! <= kernel[axis]!);
      if (!fits || !sameShape(w.shape, [outputs, channels * own[0] * own[1]]) || scale.shape[0] !== outputs) {
        throw new TypeError(
          `Cannot build joined_filters: [${w.shape}] with a scale [${scale.shape}] is no ${
            own.join("×")
          } filter ` +
            `at ${at} of ${outputs} outputs, ${channels} inputs and ${kernel.join("×")} taps`,
        );
      }
    }
  }
  const inputs = parts.reduce((sum, { channels }) => sum + channels, 0);
  return node(
    joinedFiltersOp,
    terms.flatMap(({ w, scale }) => [w, scale]),
    {
      kernel,
      parts: parts.map(({ channels, terms }) => ({
        channels,
        terms: terms.map(({ kernel, at }) => ({ kernel, at })),
      })),
    },
    [outputs, inputs * kernel[0] * kernel[1]],
  );
}
