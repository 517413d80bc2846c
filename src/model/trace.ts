/** What threads of a workgroup do: they walk through a shader with a record of the table before them. */
import { type Access, everyPart, type Lowered, type Parts, type Step, type Thread } from "./parts.ts";
import type { Value } from "./values.ts";

/** Where a thread stands. */
export interface Position {
  readonly workgroup: readonly [number, number, number];
  readonly workgroups: readonly [number, number, number];
  /** Threads of a workgroup, and which of them. */
  readonly threads: number;
  readonly local: number;
}

/** What a thread does from its first to its last step. */
export interface Trace {
  /** Times that it waits for memory, of which some of what it asked for was not asked for before. */
  far: number;
  /** The same for workgroup memory, and for what it had asked for before. */
  near: number;
  operations: number;
  readonly barriers: { workgroup: number; storage: number };
  /** How often it passes each site. */
  readonly counts: number[];
  /** Bytes from the start of their memory of its first two elements at each site. */
  readonly addresses: number[][];
}

/** Bytes that a cache holds together. */
export const line = 128;
const fuel = 5e6;

/** Which variables addresses and the tests of loops and branches depend on. */
function needed({ body, variables }: Lowered): ReadonlySet<Step> {
  const steps: Step[] = [];
  const wanted: number[] = [];
  for (const part of everyPart(body)) {
    if (part.kind === "step") {
      steps.push(part);
      for (const { space, reads } of part.accesses) if (space !== "workgroup") wanted.push(...reads);
    } else if (part.kind === "if") wanted.push(part.test);
    else if (part.kind === "loop") {
      for (const variable of [part.test, part.end]) if (variable !== undefined) wanted.push(variable);
    }
  }
  const writers: Step[][] = variables.map(() => []);
  for (const step of steps) if (step.writes !== undefined) writers[step.writes]!.push(step);
  const found = new Set<Step>();
  const seen = new Set<number>();
  for (let variable; (variable = wanted.pop()) !== undefined;) {
    if (seen.has(variable)) continue;
    seen.add(variable);
    for (const step of writers[variable]!) {
      found.add(step);
      wanted.push(...step.reads);
    }
  }
  return found;
}

/** Walks threads through one shader. */
export class Tracer {
  readonly #needed: ReadonlySet<Step>;
  readonly #arrays = new Map<string, number>();
  constructor(private readonly shader: Lowered) {
    this.#needed = needed(shader);
  }

  /**
   * One thread's way, `table` being the part of its dispatch.
   *
   * @param rounds of loops at most, for addresses alone
   */
  trace(table: ArrayLike<number>, position: Position, rounds = Infinity): Trace {
    const { shader } = this;
    const variables: Value[] = new Array<Value>(shader.variables.length).fill(0);
    for (const [name, variable] of shader.builtins) variables[variable] = builtin(name, position);
    const trace: Trace = {
      far: 0,
      near: 0,
      operations: 0,
      barriers: { workgroup: 0, storage: 0 },
      counts: shader.accesses.map(() => 0),
      addresses: shader.accesses.map(() => []),
    };
    new Walk({ variables, table }, trace, this.#needed, this.#arrays, rounds).run(shader.body);
    return trace;
  }
}

function builtin(name: string, { workgroup, workgroups, threads, local }: Position): Value {
  switch (name) {
    case "workgroup_id":
      return workgroup;
    case "num_workgroups":
      return workgroups;
    case "local_invocation_index":
      return local;
    case "local_invocation_id":
      return [local, 0, 0];
    case "global_invocation_id":
      return [workgroup[0] * threads + local, workgroup[1], workgroup[2]];
  }
  throw new SyntaxError(`Cannot read shader: what is ${name}?`);
}

class Walk {
  /** Lines of memory that the thread has asked for. */
  readonly #lines = new Set<number>();
  /** What it waits for at each level of the segment that it is in: 1 near, 2 far. */
  readonly #waits: number[] = [];
  #segment = -1;
  #steps = 0;
  constructor(
    private readonly thread: Thread,
    private readonly trace: Trace,
    private readonly needed: ReadonlySet<Step>,
    private readonly arrays: Map<string, number>,
    private readonly rounds: number,
  ) {}

  run(parts: Parts): void {
    this.#walk(parts);
    this.#wait();
  }

  #wait(): void {
    for (const kind of this.#waits) {
      if (kind === 1) this.trace.near++;
      else if (kind === 2) this.trace.far++;
    }
    this.#waits.length = 0;
  }

  #touch(access: Access): void {
    const { site, store, space, bytes, level } = access;
    const { trace } = this;
    trace.counts[site]!++;
    let kind = 1;
    if (space !== "workgroup") {
      const address = access.at(this.thread) as number * bytes;
      if (trace.addresses[site]!.length < 2) trace.addresses[site]!.push(address);
      if (!store) {
        let array = this.arrays.get(access.array);
        if (array === undefined) this.arrays.set(access.array, array = this.arrays.size);
        const key = array * 2 ** 32 + Math.floor(address / line);
        if (!this.#lines.has(key)) {
          this.#lines.add(key);
          kind = 2;
        }
      }
    }
    if (!store) this.#waits[level] = Math.max(this.#waits[level] ?? 0, kind);
  }

  #step(step: Step): void {
    const { trace } = this;
    if (step.segment !== this.#segment) {
      this.#wait();
      this.#segment = step.segment;
    }
    trace.operations += step.operations;
    for (const access of step.accesses) this.#touch(access);
    if (step.barrier) trace.barriers[step.barrier]++;
    if (this.needed.has(step)) {
      const value = step.run(this.thread);
      if (step.writes !== undefined) this.thread.variables[step.writes] = value;
    }
    if (++this.#steps > fuel) throw new RangeError("A thread of the model does not come to an end");
  }

  /** Whether the scope was left. */
  #walk(parts: Parts): boolean {
    for (const part of parts) {
      switch (part.kind) {
        case "step":
          this.#step(part);
          break;
        case "leave":
          return true;
        case "scope":
          this.#walk(part.body);
          break;
        case "if":
          if (this.#walk(this.#is(part.test) ? part.then : part.otherwise)) return true;
          break;
        case "loop":
          for (let round = 0; round < this.rounds; round++) {
            if (this.#walk(part.head)) return true;
            if (part.test !== undefined && !this.#is(part.test)) break;
            if (this.#walk(part.body) || this.#walk(part.tail)) return true;
            this.#wait();
            if (part.end !== undefined && this.#is(part.end)) break;
          }
      }
    }
    return false;
  }
  #is(variable: number): boolean {
    return this.thread.variables[variable] !== 0;
  }
}
