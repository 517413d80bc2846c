/**
 * Which calls run, and which of them together. Work is ordered in phases. A phase has calls that cost something, none of
 * which reads what another of them writes, one dispatch for each kernel; and then the light calls that follow from them,
 * which run in programs, in the order of levels. In a supernet most calls are light (the vectors of BatchNorms and mixing
 * weights), and a dispatch costs more than hundreds of them. With a call's phase and level behind its name,
 *
 *     x ── pointwise 1.0 ── moments 2.0 ── rsqrt 2.1 ── mul 2.2 ──┐
 *     y ── pointwise 1.0 ── moments 2.0 ── rsqrt 2.1 ── mul 2.2 ──┴── combine 3.0
 *
 * is four dispatches: of the products, of the moments, of two programs (rsqrt, then mul), and of the combine.
 */
import { type Call, kernelKey, type Node } from "../graph/node.ts";
import type { Tuning } from "../graph/tuning.ts";
import { delay } from "./delay.ts";
import { type Location, place, smallOf } from "./placement.ts";

/** One computation: a call, the node whose memory it writes, and where in it (in floats). */
export interface Item {
  readonly call: Call;
  readonly output: Node;
  readonly at: number;
}

/** What runs as one dispatch. */
export type Group =
  | { readonly kind: "calls"; readonly items: readonly Item[] }
  /** Each light program is a workgroup; those of one group do not depend on each other. */
  | { readonly kind: "programs"; readonly programs: readonly (readonly Item[])[] };

export interface Schedule {
  /** In order of execution. */
  readonly groups: readonly Group[];
  readonly locate: (node: Node) => Location;
  /** Whether an owner of memory lies in chunk 0. */
  readonly small: (owner: Node) => boolean;
  readonly tuning: Tuning;
}

/** When a call runs: its phase and, from 1 on for light calls and 0 for others, the level within it. */
interface Time {
  readonly phase: number;
  readonly level: number;
}
const start: Time = { phase: 0, level: 0 };
const later = (a: Time, b: Time): Time =>
  a.phase > b.phase || (a.phase === b.phase && a.level >= b.level) ? a : b;

interface Timed extends Item {
  readonly time: Time;
  /** The nodes whose values it waits for. */
  readonly reads: readonly Node[];
  /** The light items of the same phase whose results it reads. */
  readonly after: readonly Timed[];
}

const isLight = ({ time }: Pick<Timed, "time">): boolean => time.level > 0;

/** @param most floats of the largest dense tensors that lie in chunk 0 by themselves */
export function schedule(outputs: readonly Node[], tuning: Tuning, most = Infinity): Schedule {
  const placed = place(outputs, tuning);
  const { order, locate, callOf, fillings } = placed;
  const small = smallOf(placed, most);
  const items: Timed[] = [];
  const times = new Map<Node, Time>();
  /** The items that make up a node's values. */
  const makers = new Map<Node, readonly Timed[]>();

  const emit = (call: Call, output: Node, at: number, reads: readonly Node[]): Timed => {
    const ready = reads.map((x) => times.get(x)!).reduce(later, start);
    const light = call.light !== undefined &&
      [output, ...call.operands.map(({ node }) => node)].every((n) => small(locate(n).owner));
    const time = light ? { ...ready, level: ready.level + 1 } : { phase: ready.phase + 1, level: 0 };
    const made = light ? reads.flatMap((x) => makers.get(x) ?? []) : [];
    const after = made.filter((maker) => isLight(maker) && maker.time.phase === time.phase);
    const item = { call, output, at, time, reads, after };
    items.push(item);
    return item;
  };

  for (const n of order) {
    const call = callOf(n);
    const own = call
      ? [emit(call, n, 0, n.inputs)]
      : fillings(n).map((f) => emit(f.call, n, f.at, [f.reads]));
    // Where nothing is computed, a node's values are those of its inputs.
    const rest = call ? [] : n.inputs;
    times.set(n, [...own.map((item) => item.time), ...rest.map((x) => times.get(x)!)].reduce(later, start));
    makers.set(n, [...own, ...rest.flatMap((x) => makers.get(x) ?? [])]);
  }
  return { groups: group(delayed(items, outputs, makers, { locate, small })), locate, small, tuning };
}

/** The items, some of them in a later phase, where they share a dispatch or save memory: see `delay.ts`. */
function delayed(
  items: readonly Timed[],
  outputs: readonly Node[],
  makers: ReadonlyMap<Node, readonly Timed[]>,
  { locate, small }: Pick<Schedule, "locate" | "small">,
): Timed[] {
  const positions = new Map(items.map((item, i) => [item, i]));
  const owner = (n: Node): Node => locate(n).owner;
  const phases = delay(
    items.map(({ call, output, reads, time }) => ({
      phase: time.phase,
      movable: !isLight({ time }),
      writes: owner(output),
      reads: call.operands.map(({ node }) => owner(node)),
      after: reads.flatMap((x) => makers.get(x)!).map((maker) => positions.get(maker)!),
    })),
    new Set(outputs.map(owner)),
    small,
  );
  return items.map((item, i) => isLight(item) ? item : { ...item, time: { phase: phases[i]!, level: 0 } });
}

function group(items: readonly Timed[]): Group[] {
  const calls = Map.groupBy(
    items.filter((item) => !isLight(item)),
    ({ time: { phase }, call: { kernel, grid } }) => {
      // Calls share a dispatch while their grids are of one magnitude, so that few workgroups idle.
      const magnitude = Math.ceil(Math.log2(grid[0] * grid[1]));
      return `${phase}|${magnitude}|${kernelKey(kernel)}`;
    },
  );
  const programs = Map.groupBy(items.filter(isLight), ({ time }) => time.phase);
  const dispatches = [...calls.values()].map((items) => ({
    phase: items[0]!.time.phase,
    group: { kind: "calls", items } as Group,
  }));
  const light = [...programs].map(([phase, steps]) => ({
    phase: phase + 0.5, // after the calls of its phase
    group: { kind: "programs", programs: programsOf(steps) } as Group,
  }));
  return [...dispatches, ...light].sort((a, b) => a.phase - b.phase).map((x) => x.group);
}

/** Splits the light items of a phase into light programs that do not depend on each other, each in order of levels. */
function programsOf(items: readonly Timed[]): Timed[][] {
  const leaders = new Map<Timed, Timed>();
  const leader = (item: Timed): Timed => {
    let top = item;
    while (leaders.has(top)) top = leaders.get(top)!;
    return top;
  };
  for (const item of items) {
    for (const before of item.after) {
      const [a, b] = [leader(item), leader(before)];
      if (a !== b) leaders.set(a, b);
    }
  }
  return [...Map.groupBy(items, leader).values()].map((program) =>
    program.sort((a, b) => a.time.level - b.time.level)
  );
}
