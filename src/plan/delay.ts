/**
 * Late starts. A call runs as soon as it can, together with everything else that can run then; but a map that is
 * read much later only takes memory until then. A call waits for its first reader where that saves no fewer bytes of
 * what it writes than it costs of what it reads, counted over the phases that they live: where it costs nothing, calls
 * that wait for one reader, like the last sums of weight gradients, meet in fewer dispatches.
 */
import { type Node, storedFloats } from "../graph/node.ts";
import { append } from "../lists.ts";
import { isLeaf } from "./placement.ts";

/** A call as far as its delay is concerned. */
export interface Start {
  readonly phase: number;
  /** Whether it may wait: light calls run where their phase's light programs run. */
  readonly movable: boolean;
  /** The memory it writes and reads. */
  readonly writes: Node;
  readonly reads: readonly Node[];
  /** Positions of the calls whose results it reads. */
  readonly after: readonly number[];
}

/**
 * The phase of each call, which come in an order in which they could run. `kept`: memory read after the last. `small`:
 * memory that does not count.
 */
export function delay(
  calls: readonly Start[],
  kept: ReadonlySet<Node>,
  small: (owner: Node) => boolean,
): number[] {
  const phases = calls.map(({ phase }) => phase);
  /** The last phase in which a call's readers find its results. */
  const latest = calls.map(() => Infinity);
  const touching = new Map<Node, number[]>();
  calls.forEach(({ writes, reads }, i) => {
    for (const owner of new Set([writes, ...reads])) {
      if (small(owner) || isLeaf(owner)) continue;
      append(touching, owner, i);
    }
  });
  /**
   * Whether it has to do with maps, or with what was made of them. What has nothing to save and is made of light calls'
   * results (filters made of others, with scales in them) stays with its like.
   */
  const ofMaps = ({ writes, reads, after }: Start): boolean =>
    [writes, ...reads].some((owner) => touching.has(owner)) || after.some((i) => calls[i]!.movable);
  const others = (owner: Node, i: number): number[] =>
    (touching.get(owner) ?? []).filter((other) => other !== i).map((other) => phases[other]!);

  const gain = (i: number, to: number): number => {
    const { writes, reads } = calls[i]!;
    const bytes = (owner: Node): number => touching.has(owner) ? storedFloats(owner.shape) : 0;
    const first = Math.min(...others(writes, i));
    const saved = bytes(writes) * (Math.min(first, to) - Math.min(first, phases[i]!));
    const lost = [...new Set(reads)].filter((owner) => !kept.has(owner) && owner !== writes).map((owner) => {
      const last = Math.max(...others(owner, i));
      return bytes(owner) * (Math.max(last, to) - Math.max(last, phases[i]!));
    });
    return saved - lost.reduce((a, b) => a + b, 0);
  };

  for (let i = calls.length - 1; i >= 0; i--) {
    const { movable, after } = calls[i]!;
    const to = latest[i]!;
    const waits = movable && Number.isFinite(to) && to > phases[i]! && ofMaps(calls[i]!);
    if (waits && gain(i, to) >= 0) phases[i] = to;
    // A call's own phase is too late for what it reads, but not for what a light program of its phase reads.
    const until = phases[i]! - Number(movable);
    for (const before of after) latest[before] = Math.min(latest[before]!, until);
  }
  return phases;
}
