/** A bit test for what is no number. */
import source from "../../../shaders/not_finite.wgsl" with { type: "text" };
import { type Call, elements, type Kernel, type Node, node, type Op } from "../node.ts";

const kernel: Kernel = { label: "not_finite", source, variadic: true };

/** Where all numbers are finite. */
export const allFinite = 0xffffffff;

/** Parts that a vector is looked through in: enough to use a device, few enough to be read back with each step. */
const mostParts = 32;
/** Numbers that are worth a part. */
const perPart = 4096;

const firstNotFiniteOp: Op<null> = {
  name: "first_not_finite",
  gradient: "none",
  call: (n) => {
    const rows = n.inputs.map((_, row) => row);
    // Small vectors lie in another binding than large ones.
    return { ...callOf(n, rows), split: (parts) => parts.map((part) => callOf(n, part)) };
  },
};

/** The call that looks through the vectors of some rows. */
function callOf(n: Node, rows: readonly number[]): Call {
  const vectors = rows.map((row) => n.inputs[row]!);
  const [, parts] = n.shape as [number, number];
  const lengths = vectors.map(({ shape }) => elements(shape));
  return {
    kernel,
    slots: 1,
    operands: vectors.map((node) => ({ slot: 0, node })),
    params: [...rows.flatMap((row, i) => [row, lengths[i]!]), rows.length, parts],
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
        `Cannot build first_not_finite: wants dense float32 tensors, got ${dtype} [${shape}]`,
      );
    }
  }
  const longest = Math.max(...vectors.map(({ shape }) => elements(shape)));
  const parts = Math.min(mostParts, Math.ceil(longest / perPart));
  return node(firstNotFiniteOp, vectors, null, [vectors.length, parts], "u32");
}
