/** Kernels of no other use than to be measured. */
import { type Node, node, type Op, plainCall } from "../graph/node.ts";
import { foldGrid } from "../graph/ops/grid.ts";
import dependentLoadsSource from "./dependent_loads.wgsl" with { type: "text" };
import multiplyAddSource from "./multiply_add.wgsl" with { type: "text" };

/** Multiply-adds of a thread in a round of its kernel: its shader has as many. */
const inRound = 8 * 16;

const multiplyAddOp: Op<{ rounds: number }> = {
  name: "multiply_add",
  gradient: "none",
  call: (n, tuning) => ({
    ...plainCall(n, ["ones"], { source: multiplyAddSource, floats: true }, tuning),
    params: { rounds: n.attrs.rounds },
    grid: foldGrid(n.shape[0]!, tuning.threads),
    flop: 2 * inRound * n.attrs.rounds * n.shape[0]!,
  }),
};

/** So many ones from ones, of a number that workgroups divide, each by `rounds` of 128 multiply-adds. */
export const multiplyAdds = (ones: Node, floats: number, rounds: number): Node =>
  node(multiplyAddOp, [ones], { rounds }, [floats]);

const dependentLoadsOp: Op<{ rounds: number }> = {
  name: "dependent_loads",
  gradient: "none",
  call: (n, tuning) => ({
    ...plainCall(n, ["zeros"], { source: dependentLoadsSource, floats: true }, tuning),
    params: { length: n.inputs[0]!.shape[0]!, rounds: n.attrs.rounds },
    grid: [1, 1],
  }),
};

/** Where 16 · `rounds` loads end that depend on each other, of zeros whose number is a power of two. */
export const dependentLoads = (zeros: Node, rounds: number): Node =>
  node(dependentLoadsOp, [zeros], { rounds }, [1], "u32");
