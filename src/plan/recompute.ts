/**
 * Memory for time: a map that is read again long after its other uses may be computed a second time for its late
 * readers, so that its memory is free in between. In a training step that is every map of the forward pass that the
 * backward pass reads; at which it pays is found from the schedule alone, whatever the operations are.
 */
import { type Call, type Node, storedFloats } from "../graph/node.ts";
import { topological } from "../graph/rewrite.ts";
import { append } from "../lists.ts";
import { itemsOf, type Life, liveFloats, livesOf } from "./lives.ts";
import type { Schedule } from "./schedule.ts";

/** A map that could be computed again after a gap in which nothing reads it. */
interface Candidate {
  readonly node: Node;
  /** The last group that reads or writes it before the gap, and the first that reads it after. */
  readonly gap: readonly [number, number];
  /** What is gone by then and has to be computed again for it. */
  readonly before: ReadonlySet<Node>;
  /** What computing it again costs, for each float of it. */
  readonly cost: number;
}

/**
 * Copies maps for their late readers, with what they are made of and is gone by then: the cheapest first for the memory
 * that they free, until no group needs more than `limit` floats or nothing more can be done. A copy is equal to its
 * original, so that the merging of equal nodes would undo this: it comes after.
 */
export function recompute(roots: readonly Node[], plan: Schedule, limit: number): Node[] {
  const lives = livesOf(plan, roots);
  const live = liveFloats(plan.groups.length, lives);
  /** Groups of a gap that need too much. */
  const over = ([from, to]: Candidate["gap"]): number => {
    let count = 0;
    for (let time = from + 1; time < to; time++) if (live[time]! > limit) count++;
    return count;
  };
  const ranked = candidates(roots, plan, lives)
    .map((candidate) => ({ candidate, worth: over(candidate.gap) / candidate.cost }))
    .sort((a, b) => b.worth - a.worth);
  const chosen = new Map<Node, Candidate>();
  for (const { candidate } of ranked) {
    if (over(candidate.gap) === 0) continue;
    const { node, gap: [from, to] } = candidate;
    chosen.set(node, candidate);
    for (let time = from + 1; time < to; time++) live[time]! -= storedFloats(node.shape);
  }
  return withCopies(roots, timesOf(plan), chosen);
}

/** The group that computes each node. Views and packs, which move no data or are filled from several, have none. */
function timesOf({ groups }: Schedule): Map<Node, number> {
  const times = new Map<Node, number>();
  groups.forEach((group, time) => itemsOf(group).forEach(({ output }) => times.set(output, time)));
  return times;
}

function candidates(
  roots: readonly Node[],
  { groups, locate, small, tuning }: Schedule,
  lives: ReadonlyMap<Node, Life>,
): Candidate[] {
  const computed = new Map<Node, { readonly time: number; readonly call: Call }>();
  groups.forEach((group, time) => {
    for (const { output, call } of itemsOf(group)) {
      if (output.op.call && !output.op.placement) computed.set(output, { time, call });
    }
  });
  /** When each node is read; Infinity where it is not by a call of its own. */
  const reads = new Map<Node, number[]>();
  const order = topological(roots);
  for (const node of order) {
    node.inputs.forEach((x) => append(reads, x, computed.get(node)?.time ?? Infinity));
  }
  roots.forEach((root) => append(reads, root, Infinity));

  /** Adds to `chain` what has to be computed for a map to be there at a time, itself last; false where that cannot be. */
  const lead = (node: Node, time: number, chain: Set<Node>, depth = tuning.recompute.chain): boolean => {
    if (depth === 0 || !computed.has(node) || locate(node).owner !== node) return false;
    for (const x of node.inputs) {
      const { owner } = locate(x);
      if (small(owner) || lives.get(owner)!.dies >= time || chain.has(x)) continue;
      if (!lead(x, time, chain, depth - 1)) return false;
    }
    chain.add(node);
    return true;
  };
  /** Of computing a node, in operations. */
  const costOf = (node: Node): number => {
    const moved = [node, ...node.inputs.filter((x) => !small(x))];
    return (computed.get(node)!.call.flop ?? 0) +
      tuning.recompute.flopPerFloat * moved.reduce((sum, { shape }) => sum + storedFloats(shape), 0);
  };

  return order.flatMap((node): Candidate[] => {
    const made = computed.get(node);
    if (!made || small(node) || locate(node).owner !== node) return [];
    const times = [made.time, ...reads.get(node)!];
    const gap = longestGap(times);
    if (times.includes(Infinity) || gap[1] - gap[0] < tuning.recompute.gap) return [];
    const before = new Set<Node>();
    if (!lead(node, gap[1], before)) return [];
    const cost = [...before].reduce((sum, x) => sum + costOf(x), 0) / storedFloats(node.shape);
    before.delete(node);
    return [{ node, gap, before, cost }];
  });
}

function longestGap(times: number[]): readonly [number, number] {
  times.sort((a, b) => a - b);
  let best: readonly [number, number] = [times[0]!, times[0]!];
  times.forEach((to, i) => {
    const from = times[i - 1] ?? to;
    if (to - from > best[1] - best[0]) best = [from, to];
  });
  return best;
}

/** The graph in which what runs after the gap of a chosen node reads a copy of it. */
function withCopies(
  roots: readonly Node[],
  times: ReadonlyMap<Node, number>,
  chosen: ReadonlyMap<Node, Candidate>,
): Node[] {
  const done = new Map<Node, Node>();
  const copies = new Map<Node, Node>();
  const inputsAt = (node: Node, time: number, before?: ReadonlySet<Node>): Node[] =>
    node.inputs.map((x) => {
      const candidate = chosen.get(x);
      if (candidate ? time <= candidate.gap[0] : !before?.has(x)) return done.get(x)!;
      if (!copies.has(x)) copies.set(x, { ...x, inputs: inputsAt(x, time, before) });
      return copies.get(x)!;
    });
  for (const node of topological(roots)) {
    const inputs = inputsAt(node, times.get(node) ?? 0);
    done.set(node, inputs.every((x, i) => x === node.inputs[i]) ? node : { ...node, inputs });
    const candidate = chosen.get(node);
    if (!candidate) continue;
    copies.set(node, { ...node, inputs: inputsAt(node, candidate.gap[1], candidate.before) });
  }
  return roots.map((root) => done.get(root)!);
}
