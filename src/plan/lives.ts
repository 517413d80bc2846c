/** How long every tensor of a schedule lives. */
import { type Node, storedFloats } from "../graph/node.ts";
import { isLeaf } from "./placement.ts";
import type { Group, Item, Schedule } from "./schedule.ts";

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
