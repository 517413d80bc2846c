/** The plan layer's result: everything a device must do for one step, as data. */
import type { DType, Kernel, Shape } from "../graph/node.ts";
import type { Tuning } from "../graph/tuning.ts";

/** A range of the arena: which chunk, and where in it, in bytes. */
export interface Place {
  /** A number from 0; chunk 0 has the small tensors. */
  readonly chunk: number;
  /** Bytes from the start of the chunk. */
  readonly offset: number;
  /** Padding of rows included. */
  readonly bytes: number;
}

/** A tensor that a run takes or returns. Feature maps are in stored form (rows padded). */
export interface PlacedTensor extends Place {
  /** Logical shape. */
  readonly shape: Shape;
  /** Of its elements. */
  readonly dtype: DType;
}

/** One of the calls of a dispatch. */
export interface DispatchedCall {
  /** Workgroups in x and y: the dispatch has as many as its largest call. */
  readonly grid: readonly [number, number];
  /** The words of its record that say where operands and output lie; the others say what is computed. */
  readonly places: readonly number[];
}

/** One dispatch: a kernel over one or several calls that do not depend on each other. */
export interface Dispatch {
  /** Names of the operations computed here, for errors and explanations. */
  readonly label: string;
  /** What runs. */
  readonly kernel: Kernel;
  /** The chunk bound at binding 1, 2, … (operand slots, then the output). */
  readonly chunks: readonly number[];
  /** First word and number of words of its part of the table. */
  readonly table: readonly [number, number];
  /** Workgroups in x and y, and calls. */
  readonly grid: readonly [number, number, number];
  /** Its calls, in the order of z and of the records. Programs have a workgroup each. */
  readonly calls: readonly DispatchedCall[];
  /** Floating-point operations of all its calls. */
  readonly flop: number;
  /** Bytes of its operands and outputs, each counted once: the least that has to move. */
  readonly bytes: number;
}

/** One step as data: what a device must hold and run. A {@link Runner} loads it; {@link explain} puts it into words. */
export interface Plan {
  /** What it was made for. */
  readonly tuning: Tuning;
  /** What a run takes, by name. */
  readonly inputs: Readonly<Record<string, PlacedTensor>>;
  /** What a run returns, by name. */
  readonly outputs: Readonly<Record<string, PlacedTensor>>;
  /** What is written into the arena before every run. */
  readonly constants: readonly { readonly place: Place; readonly data: Float32Array }[];
  /** In the order they run. */
  readonly dispatches: readonly Dispatch[];
  /** Instance records of all dispatches; each dispatch's part starts at a multiple of 64 words. */
  readonly table: Uint32Array;
  /** Bytes of each chunk of the arena. */
  readonly chunks: readonly number[];
}

/** What of a device a plan depends on. */
export interface PlanLimits {
  /** Largest binding, in bytes: no chunk is larger. */
  readonly maxBinding: number;
  /**
   * Bytes that the arena should not need. Where it would, maps that are cheap to compute are computed again for their
   * late readers instead of being kept, as far as it takes; a plan may still be larger in the end. 0: wherever it helps,
   * Infinity, which it is when left out: never.
   */
  readonly memory?: number;
  /** The tuning record; that of the software driver when left out. */
  readonly tuning?: Tuning | undefined;
}

/** Bytes of each chunk of an arena that plans share. */
export function sharedChunks(plans: readonly Pick<Plan, "chunks">[]): number[] {
  const shared: number[] = [];
  for (const { chunks } of plans) {
    chunks.forEach((bytes, i) => shared[i] = Math.max(bytes, shared[i] ?? 0));
  }
  return shared;
}

/** Device memory in bytes of plans that one runner has loaded: an arena that they share, tables and constants. */
export function planBytes(...plans: readonly Plan[]): number {
  const own = plans.reduce(
    (sum, { table, constants }) =>
      sum + table.byteLength + constants.reduce((sum, { data }) => sum + data.byteLength, 0),
    0,
  );
  return own + sharedChunks(plans).reduce((a, b) => a + b, 0);
}

/** A plan in words: totals, then one line for each kind of dispatch. */
export function explain(plan: Plan): string {
  const sum = <T>(all: readonly T[], of: (one: T) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const kinds = [...Map.groupBy(plan.dispatches, ({ kernel }) => kernel.label)].map(([label, all]) => ({
    label,
    dispatches: all.length,
    calls: sum(all, ({ grid }) => grid[2]),
    flop: sum(all, ({ flop }) => flop),
    bytes: sum(all, ({ bytes }) => bytes),
  }));
  const [flop, bytes] = [sum(kinds, ({ flop }) => flop), sum(kinds, ({ bytes }) => bytes)];
  const line = (label: string, ...columns: readonly (string | number)[]) =>
    label.padEnd(30) + columns.map((value, i) => String(value).padStart([10, 8, 12, 12][i]!)).join("");
  return [
    `${plan.dispatches.length} dispatches for ${plan.tuning.name}, ${
      (planBytes(plan) / 1e6).toFixed(1)
    } MB of device memory in ` +
    `${plan.chunks.length} chunks, ${(flop / 1e9).toFixed(3)} GFLOP, ${(bytes / 1e9).toFixed(3)} GB moved`,
    line("kernel", "dispatches", "calls", "MFLOP", "MB"),
    ...kinds.sort((a, b) => b.flop + b.bytes - a.flop - a.bytes).map((
      { label, dispatches, calls, flop, bytes },
    ) => line(label, dispatches, calls, (flop / 1e6).toFixed(1), (bytes / 1e6).toFixed(1))),
  ].join("\n");
}
