/** From a schedule to memory: how long every tensor lives, and where in the arena. */
import { type Node, storedFloats } from "../graph/node.ts";
import { constantOp } from "../graph/ops/leaf.ts";
import { arena, type Range } from "./allocate.ts";
import type { Find } from "./emit.ts";
import { isLeaf } from "./placement.ts";
import type { PlanLimits } from "./plan.ts";
import type { Group, Item, Schedule } from "./schedule.ts";

export interface Memory {
  readonly find: Find;
  /** The inputs and constants that are read. */
  readonly leaves: readonly Node[];
  /** Floats of each chunk. */
  readonly chunks: readonly number[];
}

export const itemsOf = (group: Group): readonly Item[] =>
  group.kind === "calls" ? group.items : group.programs.flat();

/** First and last group in which an owner of memory is written or read; a group past the last for what is returned. */
export interface Life {
  readonly born: number;
  readonly dies: number;
}

export function livesOf({ groups, locate }: Schedule, roots: readonly Node[]): Map<Node, Life> {
  const lives = new Map<Node, Life>();
  const touch = (node: Node, time: number): void => {
    const { owner } = locate(node);
    lives.set(owner, { born: lives.get(owner)?.born ?? time, dies: time });
  };
  groups.forEach((group, time) => {
    for (const { call, output } of itemsOf(group)) {
      touch(output, time);
      for (const { node } of call.operands) touch(node, time);
    }
  });
  roots.forEach((node) => touch(node, groups.length));
  return lives;
}

/** Floats that live in each group: what no layout can do without. */
export function liveFloats(groups: number, lives: ReadonlyMap<Node, Life>): Float64Array {
  const live = new Float64Array(groups);
  for (const [owner, { born, dies }] of lives) {
    const floats = storedFloats(owner.shape);
    // What is fed is there from the beginning.
    for (let time = isLeaf(owner) ? 0 : born; time <= Math.min(dies, groups - 1); time++) {
      live[time]! += floats;
    }
  }
  return live;
}

const isConstant = (node: Node): boolean => node.op === (constantOp as Node["op"]);

/** Lays out the tensors of a schedule; the memory of one that nobody reads any more is used again. */
export function layOut(plan: Schedule, roots: readonly Node[], limits: PlanLimits): Memory {
  const { groups, locate } = plan;
  const lives = livesOf(plan, roots);
  const memory = arena(Math.floor(limits.maxBinding / 256) * 64);
  const ranges = new Map<Node, Range>();
  // What one dispatch writes should lie in one chunk, so that it stays one dispatch.
  let near = -1;
  const claim = (owner: Node): void => {
    const small = plan.small(owner);
    const range = memory.allocate(storedFloats(owner.shape), small, near);
    if (!small) near = range.chunk;
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
  const find: Find = (node) => {
    const { owner, offset } = locate(node);
    const range = ranges.get(owner)!;
    return { chunk: range.chunk, offset: range.offset + offset };
  };
  return { find, leaves, chunks: memory.sizes() };
}
