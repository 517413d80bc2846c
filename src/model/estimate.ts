/** How long a device takes for the dispatches of a plan, by a model; see `docs/kernels.md` for how far to trust it. */
import type { Dispatch, Plan } from "../plan/plan.ts";
import { type Device, efficiency } from "./devices.ts";
import { type CallFacts, Facts, type KernelFacts, warp } from "./facts.ts";

/** What a dispatch takes, in microseconds, and what binds it. */
export interface Estimate {
  readonly time: number;
  /** The least that its bytes and operations take at the device's rates. */
  readonly roofline: number;
  readonly bound: Bound;
}
export const bounds = ["latency", "issue", "cache of a core", "shared cache", "memory"] as const;
export type Bound = typeof bounds[number];

/** Registers of a thread besides its floats: addresses, counters, bounds. */
const otherRegisters = 24;
/** Instructions that a core starts in a cycle, of 32 threads each. */
const schedulers = 4;
/** Cycles that a register that does not fit costs 32 threads between two waits for memory: it is written and read. */
const spillCycles = 8;
/** Waits before a kernel's memory is busy: header and record of the table, a vector or a filter. */
const warmUp = 3;
/** Microseconds of a barrier for storage. */
const storageBarrier = 0.5;

/** Workgroups that a core holds at once. */
function resident(device: Device, { threads, workgroupMemory }: KernelFacts, registers: number): number {
  const warps = Math.ceil(threads / warp);
  const rounded = Math.ceil(Math.min(registers, device.threadRegisters) / 8) * 8;
  return Math.max(
    1,
    Math.min(
      device.workgroups,
      Math.floor(device.registers / (rounded * warp * warps)),
      Math.floor(device.workgroupMemory * 1024 / Math.max(1, workgroupMemory)),
      Math.floor(device.warps / warps),
    ),
  );
}

/** One dispatch, from the facts of its kernel and its calls. */
export function estimate(
  device: Device,
  { flop, bytes }: Pick<Dispatch, "flop" | "bytes">,
  kernel: KernelFacts,
  calls: readonly CallFacts[],
): Estimate {
  const cycles = device.clock * 1e3; // of a microsecond
  const registers = kernel.liveFloats + otherRegisters;
  const spilled = Math.max(0, registers - device.threadRegisters);
  const held = resident(device, kernel, registers);
  const warps = Math.ceil(kernel.threads / warp);
  const workgroups = calls.reduce((sum, call) => sum + call.workgroups, 0);
  let [issue, near, cached, alone] = [0, 0, 0, 0];
  for (const call of calls) {
    const { once, anew } = call.bytes[device.sector];
    const fits = call.footprint * warps * held <= device.near * 1024;
    const fromCache = fits ? once : anew;
    const ownCycles = Math.max(call.lines * 128 / device.nearBytes, fromCache / device.cacheBytes) +
      spilled * spillCycles * call.far;
    issue += call.workgroups * warps * call.operations / schedulers;
    near += call.workgroups * warps * ownCycles;
    cached += call.workgroups * warps * fromCache;
    const waits = call.far * device.latency + (call.near + call.barriers.workgroup) * device.nearLatency +
      call.barriers.storage * storageBarrier;
    alone = Math.max(alone, waits + (call.operations + ownCycles) / cycles);
  }
  // The busiest core has a workgroup more than the others.
  const most = Math.ceil(workgroups / device.cores);
  const waves = workgroups / (device.cores * held);
  const times: Readonly<Record<Bound, number>> = {
    latency: alone * (waves > 1 ? waves + 0.5 : 1),
    issue: issue / workgroups * most / cycles,
    "cache of a core": near / workgroups * most / cycles,
    "shared cache": cached / (device.cache * 1e3),
    memory: bytes / (device.memory * 1e3 * efficiency),
  };
  const bound = bounds.reduce((a, b) => times[b] > times[a] ? b : a);
  const ramp = bound === "latency" ? 0 : warmUp * device.latency;
  return {
    time: device.gap + ramp + times[bound],
    roofline: Math.max(bytes / (device.memory * 1e3), flop / (device.peak * 1e3)),
    bound,
  };
}

/** Dispatches of one family together: microseconds, and of these what each bound took. */
export interface Row {
  readonly family: string;
  dispatches: number;
  workgroups: number;
  time: number;
  roofline: number;
  bytes: number;
  flop: number;
  /** Floats that a thread of it holds, and workgroups of a call, at worst. */
  liveFloats: number;
  fewest: number;
  readonly bound: Record<Bound, number>;
}

/** A kernel's family: its name without sizes. */
export const familyOf = (label: string): string => label.match(/^[a-z_]+/)![0];

/** The rows of a plan on a device, those that lose most first. */
export function model(plan: Plan, device: Device, facts = new Facts()): Row[] {
  const rows = new Map<string, Row>();
  for (const dispatch of plan.dispatches) {
    const { kernel, flop, bytes } = dispatch;
    const [own, calls] = [facts.kernel(kernel), facts.calls(plan, dispatch)];
    const { time, roofline, bound } = estimate(device, dispatch, own, calls);
    const family = familyOf(kernel.label);
    let row = rows.get(family);
    if (row === undefined) {
      row = {
        family,
        dispatches: 0,
        workgroups: 0,
        time: 0,
        roofline: 0,
        bytes: 0,
        flop: 0,
        liveFloats: 0,
        fewest: Infinity,
        bound: Object.fromEntries(bounds.map((name) => [name, 0])) as Record<Bound, number>,
      };
      rows.set(family, row);
    }
    row.dispatches++;
    row.time += time;
    row.roofline += roofline;
    row.bytes += bytes;
    row.flop += flop;
    row.bound[bound] += time;
    row.liveFloats = Math.max(row.liveFloats, own.liveFloats);
    for (const { workgroups } of calls) {
      row.workgroups += workgroups;
      row.fewest = Math.min(row.fewest, workgroups);
    }
  }
  return [...rows.values()].sort((a, b) => b.time - b.roofline - a.time + a.roofline);
}
