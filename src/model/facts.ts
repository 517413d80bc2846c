/** What the text of a kernel and the records of a plan tell of its dispatches, on any device. */
import { type Kernel, kernelKey } from "../graph/node.ts";
import { expand } from "../plan/expand.ts";
import type { Dispatch, DispatchedCall, Plan } from "../plan/plan.ts";
import { liveFloats } from "./live.ts";
import { lower } from "./lower.ts";
import type { Lowered } from "./parts.ts";
import { line, type Trace, Tracer } from "./trace.ts";
import type { Module } from "./tree.ts";
import { parse } from "./wgsl.ts";

/** Threads that run together. */
export const warp = 32;

/** What of a kernel does not depend on a call. */
export interface KernelFacts {
  /** Of a workgroup. */
  readonly threads: number;
  readonly storageBuffers: number;
  /** Bytes. */
  readonly workgroupMemory: number;
  /** Most floats that a thread holds at once. */
  readonly liveFloats: number;
}

/** What one thread of a call does, and 32 neighbours together where they share memory. */
export interface CallFacts {
  readonly workgroups: number;
  /** Waits for memory one after the other, and for a cache of the core or workgroup memory. */
  readonly far: number;
  readonly near: number;
  readonly barriers: { readonly workgroup: number; readonly storage: number };
  readonly operations: number;
  /** Of 32 threads: lines of 128 bytes that their loads and stores touch, those of each counted for itself. */
  readonly lines: number;
  /** Bytes that 32 threads move, in sectors of 32 and 64 bytes: each counted once, and for each load and store anew. */
  readonly bytes: Readonly<Record<32 | 64, { readonly once: number; readonly anew: number }>>;
  /** Bytes of the lines that 32 threads go through at a time. */
  readonly footprint: number;
  /** The lines of data among these, over as many as the bytes of those loads and stores fill. */
  readonly scattered: number;
}

interface Known {
  readonly module: Module;
  readonly lowered: Lowered;
  readonly tracer: Tracer;
  readonly facts: KernelFacts;
  readonly calls: Map<string, CallFacts>;
}

const bytesOf = (type: string): number => {
  const [, element, count] = type.match(/^array<(\w+), *(\d+)u?>$/)!;
  return 4 * Number(element!.match(/^vec(\d)/)?.[1] ?? 1) * Number(count);
};

/** Reads each kernel and each kind of call once. */
export class Facts {
  readonly #kernels = new Map<string, Known>();

  kernel(kernel: Kernel): KernelFacts {
    return this.#known(kernel).facts;
  }

  /** Those of a dispatch's calls. */
  calls({ table }: Plan, dispatch: Dispatch): CallFacts[] {
    const [start, words] = dispatch.table;
    const own = table.subarray(start, start + words);
    const known = this.#known(dispatch.kernel);
    return dispatch.calls.map((call, z) => {
      const key = keyOf(own, call, z);
      const made = key === undefined ? undefined : known.calls.get(key);
      if (made) return made;
      const facts = factsOf(known, own, dispatch, z);
      if (key !== undefined) known.calls.set(key, facts);
      return facts;
    });
  }

  #known(kernel: Kernel): Known {
    const key = kernelKey(kernel);
    const known = this.#kernels.get(key);
    if (known) return known;
    const module = parse(expand(kernel.source, kernel.defines ?? {}));
    const lowered = lower(module, kernel.constants);
    const variables = [...module.variables.values()];
    const made: Known = {
      module,
      lowered,
      tracer: new Tracer(lowered),
      facts: {
        threads: module.threads,
        storageBuffers: variables.filter(({ space }) => space === "storage").length,
        workgroupMemory: variables.filter(({ space }) => space === "workgroup")
          .reduce((sum, { type }) => sum + bytesOf(type), 0),
        liveFloats: liveFloats(lowered),
      },
      calls: new Map(),
    };
    this.#kernels.set(key, made);
    return made;
  }
}

/** One text for calls that differ in where things lie only. Programs have no two alike. */
function keyOf(table: Uint32Array, { grid, places }: DispatchedCall, z: number): string | undefined {
  if (places.length === 0) return undefined;
  const length = table[0]!;
  const record = table.slice(4 + z * length, 4 + (z + 1) * length);
  for (const place of places) record[place] = 0;
  return `${grid}|${record}`;
}

/** From a thread in the middle of the call, and from it and its neighbours what they touch together. */
function factsOf(
  { module, lowered, tracer }: Known,
  table: Uint32Array,
  dispatch: Dispatch,
  z: number,
): CallFacts {
  const [x, y] = dispatch.calls[z]!.grid;
  const position = {
    workgroup: [x >> 1, y >> 1, z],
    workgroups: dispatch.grid,
    threads: module.threads,
    local: 0,
  } as const;
  const whole = tracer.trace(table, position);
  // A workgroup alone never waits for others: what its threads share does not matter.
  const count = x * y > 1 ? Math.min(warp, module.threads) : 1;
  const neighbours = Array.from(
    { length: count },
    (_, local) => tracer.trace(table, { ...position, local }, 2),
  );
  return { ...countsOf(whole), ...shared(lowered, whole, neighbours), workgroups: x * y };
}

const countsOf = ({ far, near, barriers, operations }: Trace) => ({ far, near, barriers, operations });

/** What threads touch together, from where they are at their first two times at each site. */
function shared({ accesses }: Lowered, whole: Trace, neighbours: readonly Trace[]) {
  let [lines, ofData, filled] = [0, 0, 0];
  const moved = { 32: { once: 0, anew: 0 }, 64: { once: 0, anew: 0 } };
  /** Of the sample: what all sites touched, by the size of what is counted. */
  const seen = { 32: new Set<string>(), 64: new Set<string>(), [line]: new Set<string>() };
  const sampled = { 32: 0, 64: 0 };
  accesses.forEach(({ site, space, array, bytes }) => {
    const count = whole.counts[site]!;
    if (space === "workgroup") {
      lines += count;
      return;
    }
    let [requests, touched, ideal] = [0, 0, 0];
    const sectors = { 32: 0, 64: 0 };
    for (const round of [0, 1]) {
      const at = neighbours.flatMap(({ addresses }) => addresses[site]![round] ?? []);
      if (at.length === 0) continue;
      requests++;
      const partsOf = (size: number) => new Set(at.map((address) => Math.floor(address / size)));
      const own = partsOf(line);
      touched += own.size;
      // As many lines as the threads' elements fill side by side; one where all have the same.
      const full = new Set(at).size === 1 ? 1 : Math.ceil(at.length * bytes / line);
      ideal += Math.min(full, own.size);
      for (const part of own) seen[line].add(`${array} ${part}`);
      for (const size of [32, 64] as const) {
        const parts = partsOf(size);
        sectors[size] += parts.size;
        sampled[size] += parts.size;
        for (const part of parts) seen[size].add(`${array} ${part}`);
      }
    }
    if (requests === 0) return;
    lines += count * touched / requests;
    if (space === "data") {
      ofData += count * touched / requests;
      filled += count * ideal / requests;
    }
    for (const size of [32, 64] as const) moved[size].anew += count * size * sectors[size] / requests;
  });
  for (const size of [32, 64] as const) {
    moved[size].once = sampled[size] === 0 ? 0 : moved[size].anew * seen[size].size / sampled[size];
  }
  return { lines, bytes: moved, footprint: seen[line].size * line, scattered: ofData / filled };
}
