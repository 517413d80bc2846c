/** Reductions in two steps: how many ranges the first step splits into, and the sum over them. */
import source from "../../../shaders/partial_sums.wgsl" with { type: "text" };
import { elements, type Node, node, type Op, plainCall, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { channelBlocks, channelThreads } from "./grid.ts";

const partialSumsOp: Op<null> = {
  name: "partial_sums",
  gradient: "none", // appears only when a gradient is lowered to kernels
  call: (n, tuning) => {
    const length = elements(n.shape);
    const [x] = n.inputs as [Node];
    return {
      ...plainCall(n, ["x"], { source }, tuning),
      params: { parts: x.shape[0]!, length },
      grid: [Math.ceil(length / tuning.threads), 1],
      flop: elements(x.shape),
    };
  },
};

/** Sum over the first axis of partial sums [ranges, …], as `shape`. */
export const partialSums = (x: Node, shape: Shape): Node => node(partialSumsOp, [x], null, shape);

/** So many ranges, or fewer, of equal length but the last, none of which is empty: nobody would write its sums. */
const noneEmpty = (pieces: number, most: number): number => Math.ceil(pieces / Math.ceil(pieces / most));

/**
 * Ranges to split a reduction into: enough that `groups` workgroups for each range fill a device, not so many that
 * the ranges have fewer than `least` pieces of work on average. A function of sizes and tuning alone, so that the order
 * of summation, hence every bit, is the same on each run.
 */
export const ranges = (
  groups: number,
  pieces: number,
  least: number,
  { workgroups }: Pick<Tuning, "workgroups">,
): number =>
  noneEmpty(pieces, Math.max(1, Math.min(Math.ceil(workgroups / groups), Math.floor(pieces / least))));

/**
 * Ranges to split sums over the whole channels of maps of a shape into, for `groups` workgroups each: none is empty, and
 * what `sums` floats for each range come to is added up in a program.
 */
export function channelRanges(
  shape: Shape,
  { groups, sums }: { readonly groups: number; readonly sums: number },
  tuning: Tuning,
): number {
  const blocks = channelBlocks(shape);
  const wanted = Math.ceil(tuning.channel.workgroups / groups);
  // A range has work for each thread.
  const least = 4 * channelThreads(blocks, tuning);
  const most = Math.max(
    1,
    Math.min(wanted, Math.floor(blocks / least), Math.floor(tuning.program.elements / sums)),
  );
  return noneEmpty(blocks, most);
}
