/** From a schedule to memory: where in the arena every tensor lies. */
import { type Node, storedFloats } from "../graph/node.ts";
import { constantOp } from "../graph/ops/leaf.ts";
import { arena, type Range } from "./allocate.ts";
import { colourMaps } from "./colour.ts";
import type { Find } from "./light_program.ts";
import { livesOf } from "./lives.ts";
import { isLeaf } from "./placement.ts";
import type { PlanLimits } from "./plan.ts";
import type { Schedule } from "./schedule.ts";

export interface Memory {
  readonly find: Find;
  /** The inputs and constants that are read. */
  readonly leaves: readonly Node[];
  /** Floats of each chunk. */
  readonly chunks: readonly number[];
}

const isConstant = (node: Node): boolean => node.op === (constantOp as Node["op"]);

/**
 * Lays out the tensors of a schedule; the memory of one that nobody reads any more is used again. Maps have at most so
 * many colours.
 */
export function layOut(
  plan: Schedule,
  roots: readonly Node[],
  { maxBinding }: PlanLimits,
  most: number,
): Memory {
  const { groups, locate } = plan;
  const lives = livesOf(plan, roots);
  const memory = arena(Math.floor(maxBinding / 256) * 64);
  const ranges = new Map<Node, Range>();
  // What one dispatch writes should lie in one chunk, so that it stays one dispatch.
  const near: number[] = [];
  const colours = colourMaps(plan, lives, most);
  const claim = (owner: Node): void => {
    const own = plan.small(owner) ? 0 : 1 + colours.get(owner)!;
    const range = memory.allocate(storedFloats(owner.shape), own, near[own]);
    near[own] = range.chunk;
    ranges.set(owner, range);
  };
  // Constants side by side, so that few copies bring them in.
  const leaves = [...lives.keys()].filter(isLeaf);
  leaves.sort((a, b) => Number(isConstant(b)) - Number(isConstant(a)));
  leaves.forEach(claim);
  const births: Node[][] = groups.map(() => []);
  const deaths: Node[][] = groups.map(() => []);
  for (const [owner, { born, dies }] of lives) {
    if (!isLeaf(owner)) births[born]!.push(owner);
    deaths[dies]?.push(owner);
  }
  groups.forEach((_, time) => {
    births[time]!.forEach(claim);
    for (const owner of deaths[time]!) memory.free(ranges.get(owner)!);
  });
  // The largest first, so that programs which share an arena share most of it.
  const sizes = memory.sizes();
  const [small, ...maps] = [...sizes.keys()];
  const order = [small!, ...maps.sort((a, b) => sizes[b]! - sizes[a]!)];
  const places = new Map(order.map((chunk, i) => [chunk, i]));
  const find: Find = (node) => {
    const { owner, offset } = locate(node);
    const range = ranges.get(owner)!;
    return { chunk: places.get(range.chunk)!, offset: range.offset + offset };
  };
  return { find, leaves, chunks: order.map((chunk) => sizes[chunk]!) };
}
