/** Reductions in two steps: how many ranges the first step splits into, and the sum over them. */
import source from "../../../shaders/partial_sums.wgsl" with { type: "text" };
import { eachBound, elements, type Node, node, type Op, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";

const partialSumsOp: Op<null> = {
  name: "partial_sums",
  gradient: "none", // appears only when a gradient is lowered to kernels
  call: (n, { threads: THREADS }) => {
    const length = elements(n.shape);
    const [x] = n.inputs as [Node];
    return {
      kernel: { label: "partial_sums", source, defines: { THREADS } },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { parts: x.shape[0]!, length },
      grid: [Math.ceil(length / THREADS), 1],
      flop: elements(x.shape),
    };
  },
};

/** Sum over the first axis of partial sums [ranges, …], as `shape`. */
export const partialSums = (x: Node, shape: Shape): Node => node(partialSumsOp, [x], null, shape);

/**
 * Ranges to split a reduction into: enough that `groups` workgroups for each range fill a device, not so many that
 * a range has fewer than `least` pieces of work. A function of sizes and tuning alone, so that the order of summation,
 * hence every bit, is the same on each run.
 */
export const ranges = (groups: number, pieces: number, least: number, { workgroups }: Tuning): number =>
  Math.max(1, Math.min(Math.ceil(workgroups / groups), Math.floor(pieces / least)));
