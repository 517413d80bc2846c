/**
 * Which calls run, and which of them together. Work is ordered in phases: a phase has the calls that cost something
 * and that nothing of their phase comes before, one dispatch for each kernel, and then a program of all the light
 * calls that follow from them. In a supernet most calls are light (the vectors of BatchNorms and mixing weights), and
 * a dispatch costs more than hundreds of them.
 */
import { type Call, kernelKey, type Node } from "../graph/node.ts";
import type { Tuning } from "../graph/tuning.ts";
import { delay } from "./delay.ts";
import { isSmall, type Location, place } from "./placement.ts";

/** One computation: a call, the node whose memory it writes, and where in it (in floats). */
export interface Item {
  readonly call: Call;
  readonly output: Node;
  readonly at: number;
}

/** A light call in a program. */
export interface Step extends Item {
  /** Whether it reads what an earlier step of its program wrote. */
  readonly waits: boolean;
}

/** What runs as one dispatch. */
export type Group =
  | { readonly kind: "calls"; readonly items: readonly Item[] }
  /** Each program is a workgroup; programs of one group do not depend on each other. */
  | { readonly kind: "programs"; readonly programs: readonly (readonly Step[])[] };

export interface Schedule {
  /** In order of execution. */
  readonly groups: readonly Group[];
  readonly locate: (node: Node) => Location;
  readonly tuning: Tuning;
}

/** When a call runs: its phase and, for light calls, the level within the phase's program. */
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

export function schedule(outputs: readonly Node[], tuning: Tuning): Schedule {
  const { order, locate, callOf, fillings } = place(outputs, tuning);
  const items: Timed[] = [];
  const times = new Map<Node, Time>();
  /** The items that make up a node's values. */
  const makers = new Map<Node, readonly Timed[]>();

  const emit = (call: Call, output: Node, at: number, reads: readonly Node[]): Timed => {
    const ready = reads.map((x) => times.get(x)!).reduce(later, start);
    const light = call.light !== undefined &&
      [output, ...call.operands.map(({ node }) => node)].every((n) => isSmall(locate(n).owner, tuning));
    const time = light ? { ...ready, level: ready.level + 1 } : { phase: ready.phase + 1, level: 0 };
    const after = light
      ? reads.flatMap((x) => makers.get(x) ?? []).filter((m) =>
        m.time.level > 0 && m.time.phase === time.phase
      )
      : [];
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
  return { groups: group(late(items, outputs, makers, locate, tuning)), locate, tuning };
}

/** The items with those put off that had better wait. */
function late(
  items: readonly Timed[],
  outputs: readonly Node[],
  makers: ReadonlyMap<Node, readonly Timed[]>,
  locate: Schedule["locate"],
  tuning: Tuning,
): Timed[] {
  const positions = new Map(items.map((item, i) => [item, i]));
  const owner = (n: Node): Node => locate(n).owner;
  const phases = delay(
    items.map(({ call, output, reads, time: { phase, level } }) => ({
      phase,
      movable: level === 0,
      writes: owner(output),
      reads: call.operands.map(({ node }) => owner(node)),
      after: reads.flatMap((x) => makers.get(x)!).map((maker) => positions.get(maker)!),
    })),
    new Set(outputs.map(owner)),
    tuning,
  );
  return items.map((item, i) =>
    item.time.level > 0 ? item : { ...item, time: { phase: phases[i]!, level: 0 } }
  );
}

function group(items: readonly Timed[]): Group[] {
  const calls = new Map<string, { phase: number; items: Timed[] }>();
  const light = new Map<number, Timed[]>();
  const kernels = new Map<string, number>();
  for (const item of items) {
    const { phase, level } = item.time;
    if (level > 0) {
      const known = light.get(phase);
      if (known) known.push(item);
      else light.set(phase, [item]);
      continue;
    }
    const { kernel, grid } = item.call;
    // Calls share a dispatch while their grids are of one magnitude, so that few workgroups idle.
    const key = [phase, kernelId(kernel, kernels), Math.ceil(Math.log2(grid[0] * grid[1]))].join("|");
    const known = calls.get(key);
    if (known) known.items.push(item);
    else calls.set(key, { phase, items: [item] });
  }
  const dispatches = [...calls.values()].map(({ phase, items }) => ({
    phase,
    group: { kind: "calls", items } as Group,
  }));
  const programs = [...light].map(([phase, steps]) => ({
    phase: phase + 0.5, // after the calls of its phase
    group: { kind: "programs", programs: programsOf(steps) } as Group,
  }));
  return [...dispatches, ...programs].sort((a, b) => a.phase - b.phase).map((x) => x.group);
}

/** Splits the light items of a phase into programs that do not depend on each other, each in order of levels. */
function programsOf(items: readonly Timed[]): Step[][] {
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
  const programs = new Map<Timed, Timed[]>();
  for (const item of items) {
    const top = leader(item);
    const program = programs.get(top);
    if (program) program.push(item);
    else programs.set(top, [item]);
  }
  return [...programs.values()].map((program) =>
    program.sort((a, b) => a.time.level - b.time.level).map((item, i, all) => ({
      ...item,
      waits: i > 0 && item.time.level > all[i - 1]!.time.level,
    }))
  );
}

function kernelId(kernel: Call["kernel"], known: Map<string, number>): number {
  const key = kernelKey(kernel);
  const id = known.get(key) ?? known.size;
  known.set(key, id);
  return id;
}
