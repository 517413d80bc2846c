/** How many floats a thread holds at once, from what each step of a shader reads and writes. */
import { everyPart, type Lowered, type Part, type Parts, type Step } from "./parts.ts";

type Live = Set<number>;

/** Floats of each variable, but for those that are constants: written once, from nothing. */
function floatsOf({ body, variables }: Lowered): number[] {
  const written = variables.map(() => 0);
  const constant = new Set<number>();
  for (const part of everyPart(body)) {
    if (part.kind !== "step" || part.writes === undefined) continue;
    written[part.writes]!++;
    if (part.reads.length + part.accesses.length === 0) constant.add(part.writes);
  }
  return variables.map(({ kind, width }, i) =>
    kind !== "f" || (written[i] === 1 && constant.has(i)) ? 0 : width
  );
}

/**
 * The most floats that are live at one place of a shader: from where they are written to where they are read last, around
 * loops too, and those of the loads of a step. Registers are this, and those for addresses and counters, where a compiler
 * moves nothing.
 */
export function liveFloats(shader: Lowered): number {
  const floats = floatsOf(shader);
  let most = 0;

  const note = (live: Live, more = 0): void => {
    let sum = more;
    for (const variable of live) sum += floats[variable]!;
    most = Math.max(most, sum);
  };
  const before = (step: Step, live: Live): void => {
    const loaded = step.accesses.filter(({ store, type }) => !store && type.kind === "f");
    if (step.writes !== undefined && step.whole) live.delete(step.writes);
    const reads = [...step.reads, ...step.accesses.flatMap((access) => access.reads)];
    if (step.writes !== undefined && !step.whole) reads.push(step.writes);
    for (const variable of reads) if (floats[variable]! > 0) live.add(variable);
    if (loaded.length > 0 || reads.length > 0) {
      note(
        live,
        loaded.reduce((sum, { type }) => sum + type.width, 0),
      );
    }
  };
  /** What is live before parts, after which `after` is, and `left` where they leave their scope. */
  const walk = (parts: Parts, after: Live, left: Live): Live => {
    let live = new Set(after);
    for (let i = parts.length - 1; i >= 0; i--) live = part(parts[i]!, live, left);
    return live;
  };
  const part = (one: Part, live: Live, left: Live): Live => {
    switch (one.kind) {
      case "step":
        before(one, live);
        return live;
      case "leave":
        return new Set(left);
      case "scope":
        return walk(one.body, live, live);
      case "if":
        return walk(one.then, live, left).union(walk(one.otherwise, live, left));
      case "loop": {
        const round = (after: Live): Live => {
          const tail = walk(one.tail, after, left);
          return walk(
            one.head,
            walk(one.body, tail, left).union(one.test === undefined ? new Set() : live),
            left,
          );
        };
        // What the first step of a round reads is live at the end of the round before.
        return round(round(live).union(live));
      }
    }
  };
  walk(shader.body, new Set(), new Set());
  return most;
}
