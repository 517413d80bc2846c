/** What a search stage begins with, from what the one before it ended with. */
import type { MethodSettings, NextStage, Staged, StageEnd } from "../../src/methods/mod.ts";
import type { Space } from "../../src/spaces/mod.ts";

/** A search stage that ended. */
export interface Ended extends StageEnd {
  /** From 0. */
  readonly index: number;
  /** That it searched, and that of the whole search. */
  readonly space: Space;
  readonly whole: Space;
}

/** The beginning of the next one, which has so many operations an edge. */
export function nextStage(
  { next }: Pick<Staged<MethodSettings>, "next">,
  { index, space, whole, ...ended }: Ended,
  operations: number,
): NextStage {
  const begin = next(space, ended, operations);
  if (begin.kind === "on") return begin;
  return { ...begin, space: { ...begin.space, name: `${whole.name} in stage ${index + 2}` } };
}
