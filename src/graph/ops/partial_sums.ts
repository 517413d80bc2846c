/** Reductions in two steps: how many ranges the first step splits into, and the sum over them. */
import source from "../../../shaders/partial_sums.wgsl" with { type: "text" };
import { elements, type Kernel, type Node, node, type Op, type Shape } from "../node.ts";

const kernel: Kernel = { label: "partial_sums", source };

const partialSumsOp: Op<null> = {
  name: "partial_sums",
  gradient: "none", // appears only when a gradient is lowered to kernels
  call: (n) => {
    const length = elements(n.shape);
    const [x] = n.inputs as [Node];
    return {
      kernel,
      slots: 1,
      operands: [{ slot: 0, node: x }],
      params: [x.shape[0]!, length],
      grid: [Math.ceil(length / 64), 1],
      flop: elements(x.shape),
    };
  },
};

/** Sum over the first axis of partial sums [ranges, …], as `shape`. */
export const partialSums = (x: Node, shape: Shape): Node => node(partialSumsOp, [x], null, shape);

/**
 * Ranges to split a reduction into: enough that `groups` workgroups for each range fill a device, not so many that
 * a range has fewer than `least` pieces of work. A function of sizes alone, so that the order of summation, hence
 * every bit, is the same on each run.
 */
export function ranges(groups: number, pieces: number, least: number): number {
  const wanted = Math.ceil(64 / groups);
  return Math.max(1, Math.min(wanted, Math.floor(pieces / least)));
}
