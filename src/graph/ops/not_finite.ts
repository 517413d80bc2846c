/** A bit test for NaN and infinities. */
import source from "../../../shaders/not_finite.wgsl" with { type: "text" };
import { type Call, elements, type Node, node, type Op } from "../node.ts";
import type { Tuning } from "../tuning.ts";

/** Where all numbers are finite. */
export const allFinite = 0xffffffff;

/**
 * Parts that a vector is looked through in, and numbers that are worth a part: enough to fill a device, few enough to be
 * read back with each step. Not tuned, for they are the shape of what a step returns.
 */
const [mostParts, perPart] = [256, 4096];

const firstNotFiniteOp: Op<null> = {
  name: "first_not_finite",
  gradient: "none",
  call: (n, tuning) => {
    const rows = n.inputs.map((_, row) => row);
    // Small vectors lie in another binding than large ones.
    return { ...callOf(n, rows, tuning), split: (parts) => parts.map((part) => callOf(n, part, tuning)) };
  },
};

/** The call that looks through the vectors of some rows. */
function callOf(n: Node, rows: readonly number[], { threads: THREADS }: Tuning): Call {
  const vectors = rows.map((row) => n.inputs[row]!);
  const [, parts] = n.shape as [number, number];
  const lengths = vectors.map(({ shape }) => elements(shape));
  return {
    kernel: { label: "not_finite", source, defines: { THREADS }, variadic: true },
    bindings: ["x"],
    operands: vectors.map((node) => ({ slot: 0, node })),
    params: {
      ...Object.assign({}, ...rows.map((row, i) => ({ [`row${i}`]: row, [`length${i}`]: lengths[i]! }))),
      vectors: rows.length,
      parts,
    },
    grid: [parts, rows.length],
    flop: lengths.reduce((a, b) => a + b, 0),
  };
}

/**
 * The index of the first NaN or infinity of each vector, u32 [vectors, parts]: the least of a row, whose entries are of
 * one part of the vector each and {@link allFinite} where there is none.
 *
 * @param vectors dense float32 tensors
 */
export function firstNotFinite(vectors: readonly Node[]): Node {
  for (const { shape, dtype } of vectors) {
    if (shape.length === 4 || dtype !== "f32") {
      throw new TypeError(
        `Cannot build first_not_finite: needs dense float32 tensors, got ${dtype} [${shape}]`,
      );
    }
  }
  const longest = Math.max(...vectors.map(({ shape }) => elements(shape)));
  const parts = Math.min(mostParts, Math.ceil(longest / perPart));
  return node(firstNotFiniteOp, vectors, null, [vectors.length, parts], "u32");
}
