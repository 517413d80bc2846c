import { sameShape, storedFloats } from "../graph/node.ts";
import { alignment } from "../plan/allocate.ts";
import { sizeInWords } from "../plan/budget.ts";
import { joinedSlots } from "../plan/joined.ts";
import { type PlacedTensor, type Plan, planBytes } from "../plan/plan.ts";
import { submits } from "../plan/submits.ts";
import { type Gpu, guarded } from "./device.ts";
import type { Allocation } from "./memory.ts";
import type { Arena } from "./arena.ts";
import { boundNumbers, type Job, type Pipelines } from "./pipelines.ts";
import { type KernelTime, timeKernels } from "./profile.ts";
import { type DeviceTensor, isTensor, type TensorPool } from "./tensor.ts";

/** What a run takes for an input: a tensor that is on the device, or numbers in stored form. */
export type Feed = DeviceTensor | Float32Array | Uint32Array;

const isFeed = (value: unknown): value is Feed =>
  value instanceof Float32Array || value instanceof Uint32Array || isTensor(value);

/**
 * Whether the dispatches of plans share bind groups. Offsets that are given with each dispatch cost a software driver
 * some 20 μs a dispatch, but bind groups have a memory mapping there each, and a process has 65,530 by default: with
 * more it dies.
 */
export const sharesBindGroups = (plans: readonly Plan[]): boolean =>
  plans.reduce((sum, { dispatches }) => sum + dispatches.length, 0) > (plans[0]?.tuning.bindGroups ?? 0);

/** What the pipelines of a plan's dispatches are made from. `shared`: see {@link sharesBindGroups}. */
export const jobsOf = (plan: Plan, shared: boolean): Job[] =>
  plan.dispatches.map((dispatch) => ({
    kernel: dispatch.kernel,
    data: dispatch.chunks.length,
    joined: joinedSlots(dispatch),
    shared,
  }));

/** Bytes of the longest part of the table that a dispatch reads. */
const longestPart = ({ dispatches }: Plan): number =>
  Math.max(256, ...dispatches.map(({ table: [, words] }) => 4 * words));

/** What an allocation for plans is called where it fails. */
export function allocating(plans: readonly Plan[]): Allocation {
  const bytes = planBytes(...plans);
  const steps = plans.length === 1 ? "a step" : `${plans.length} steps`;
  return { what: `Allocating ${sizeInWords(bytes)} for ${steps}`, bytes };
}

/** A copy from a program's constants to its arena. */
interface Restore {
  readonly from: number;
  readonly chunk: number;
  readonly to: number;
  readonly bytes: number;
}

/** What a program is loaded with, of its runner. */
export interface Host {
  readonly gpu: Gpu;
  readonly pipelines: Pipelines;
  readonly tensors: TensorPool;
  readonly arena: Arena;
}

/** What a program has to itself; jobs and pipelines are of its dispatches. */
interface Own {
  readonly jobs: readonly Job[];
  readonly pipelines: readonly GPUComputePipeline[];
  readonly shared: boolean;
  readonly table: GPUBuffer;
  readonly constants: GPUBuffer;
  readonly restores: readonly Restore[];
}

/** A plan on a device: pipelines, memory and bind groups made once; a run only encodes. */
export class Program {
  #chunks: readonly GPUBuffer[] = [];
  #bindings: readonly GPUBindGroup[] = [];
  readonly #submits: readonly (readonly [number, number])[];

  private constructor(private readonly host: Host, readonly plan: Plan, private readonly own: Own) {
    this.#submits = submits(plan);
  }

  /**
   * Compiles the plan's pipelines, then moves into the arena. `signal` stops it between two kernels. `shared`: see
   * {@link sharesBindGroups}.
   */
  static async load(host: Host, plan: Plan, shared: boolean, signal?: AbortSignal): Promise<Program> {
    const { gpu, arena } = host;
    const { queue } = gpu.device;
    const jobs = jobsOf(plan, shared);
    const pipelines: GPUComputePipeline[] = [];
    for (const job of jobs) {
      signal?.throwIfAborted();
      pipelines.push(await host.pipelines.get(job));
    }
    const allocation = allocating([plan]);
    const { restores, data } = packed(plan);
    const buffers: GPUBuffer[] = [];
    await guarded(gpu, allocation, () => {
      // A shared binding is as long as the longest part, wherever it begins.
      const table = plan.table.byteLength + (shared ? longestPart(plan) : 0);
      for (const [label, bytes] of Object.entries({ table, constants: data.byteLength })) {
        const size = Math.max(256, bytes);
        const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
        buffers.push(gpu.device.createBuffer({ label, size, usage }));
      }
    }).catch((error) => {
      buffers.forEach((buffer) => buffer.destroy());
      throw error;
    });
    const [table, constants] = buffers as [GPUBuffer, GPUBuffer];
    // Deno 2.9 panics on an empty write (a plan of constants only has no table).
    if (plan.table.length > 0) queue.writeBuffer(table, 0, plan.table as Uint32Array<ArrayBuffer>);
    if (data.length > 0) queue.writeBuffer(constants, 0, data);
    const program = new Program(host, plan, { jobs, pipelines, shared, table, constants, restores });
    try {
      await arena.enter(program, allocation);
      gpu.check();
    } catch (error) {
      program.destroy();
      throw error;
    }
    return program;
  }

  /** For the arena only. */
  bind(chunks: readonly GPUBuffer[]): void {
    this.#chunks = chunks;
    const groups = new Map<string, GPUBindGroup>();
    const longest = longestPart(this.plan);
    this.#bindings = this.plan.dispatches.map((d, i) => {
      const key = this.own.shared ? d.chunks.join() : String(i);
      const known = groups.get(key);
      if (known) return known;
      const part = this.own.shared ? { size: longest } : { offset: d.table[0] * 4, size: d.table[1] * 4 };
      const job = this.own.jobs[i]!;
      const group = this.host.gpu.device.createBindGroup({
        label: this.own.shared ? `chunks ${key}` : d.label,
        layout: this.host.pipelines.layout(job),
        entries: boundNumbers(job).map((binding) => ({
          binding,
          resource: binding === 0
            ? { buffer: this.own.table, ...part }
            : { buffer: chunks[d.chunks[binding - 1]!]! },
        })),
      });
      groups.set(key, group);
      return group;
    });
  }

  /**
   * Encodes and submits one whole step: inputs are copied in, compute passes run every dispatch, outputs are
   * copied to tensors of their own. Nothing waits for the device. Inputs stay as they are. A long step is several
   * submits, each with a {@link Receipts receipt}.
   *
   * @param feeds a {@link Feed} for each input of the plan; whatever else it holds is left alone, so a state
   * record can be given as it is
   */
  run<Outputs extends string = string>(
    feeds: Readonly<Record<string, unknown>>,
  ): Record<Outputs, DeviceTensor> {
    const { device, receipts } = this.host.gpu;
    let encoder = device.createCommandEncoder();
    for (const { from, chunk, to, bytes } of this.own.restores) {
      encoder.copyBufferToBuffer(this.own.constants, from, this.#chunks[chunk]!, to, bytes);
    }
    for (const [name, placed] of Object.entries(this.plan.inputs)) {
      const feed = feeds[name];
      if (!isFeed(feed)) throw new TypeError(`The plan's input ${name} [${placed.shape}] was not given`);
      this.#feed(encoder, name, placed, feed);
    }
    for (const [from, to] of this.#submits) {
      if (from > 0) {
        device.queue.submit([encoder.finish()]);
        encoder = device.createCommandEncoder();
      }
      const pass = encoder.beginComputePass();
      for (let i = from; i < to; i++) this.#dispatch(pass, i);
      receipts.add(pass);
      pass.end();
    }
    const results: Record<string, DeviceTensor> = {};
    for (const [name, placed] of Object.entries(this.plan.outputs)) {
      const tensor = this.host.tensors.take(placed.shape, placed.dtype);
      encoder.copyBufferToBuffer(this.#chunks[placed.chunk]!, placed.offset, tensor.buffer, 0, placed.bytes);
      results[name] = tensor;
    }
    device.queue.submit([encoder.finish()]);
    return results;
  }

  #dispatch(pass: GPUComputePassEncoder, i: number): void {
    pass.setPipeline(this.own.pipelines[i]!);
    const { table: [first], grid } = this.plan.dispatches[i]!;
    pass.setBindGroup(0, this.#bindings[i]!, this.own.shared ? [4 * first] : []);
    pass.dispatchWorkgroups(...grid);
  }

  #feed(encoder: GPUCommandEncoder, name: string, placed: PlacedTensor, feed: Feed): void {
    const chunk = this.#chunks[placed.chunk]!;
    if (isTensor(feed)) {
      if (!sameShape(feed.shape, placed.shape) || feed.dtype !== placed.dtype) {
        throw new TypeError(
          `Input ${name} is ${feed.dtype} [${feed.shape}], the plan needs ${placed.dtype} [${placed.shape}]`,
        );
      }
      encoder.copyBufferToBuffer(feed.buffer, 0, chunk, placed.offset, placed.bytes);
    } else {
      if (feed.length !== storedFloats(placed.shape)) {
        throw new TypeError(
          `Input ${name} has ${feed.length} numbers, [${placed.shape}] needs ${storedFloats(placed.shape)}`,
        );
      }
      this.host.gpu.device.queue.writeBuffer(chunk, placed.offset, feed as Float32Array<ArrayBuffer>);
    }
  }

  /**
   * How long the kernels take: all dispatches of one are run in their order, again and again for some 50 ms in one
   * submit. What an empty submit takes is subtracted, since waiting for the device costs some 10 ms by itself. Nothing
   * else runs in between, so maps that fit the last cache of a large GPU may be read from there, unlike in a step.
   */
  profile(): Promise<KernelTime[]> {
    const { pipelines } = this.own;
    return timeKernels(this.host.gpu, this.plan, pipelines, (pass, i) => this.#dispatch(pass, i));
  }

  /** Leaves the arena. The program cannot run afterwards; its outputs stay. */
  destroy(): void {
    this.host.arena.leave(this);
    this.own.table.destroy();
    this.own.constants.destroy();
  }
}

/**
 * The constants of a plan as one array, and the copies that bring it into the arena, where other programs overwrite
 * them: one for each stretch of the arena without anything in between.
 */
function packed({ constants }: Plan): { restores: Restore[]; data: Float32Array<ArrayBuffer> } {
  const restores: Restore[] = [];
  let floats = 0;
  const sorted = constants.toSorted((a, b) =>
    a.place.chunk - b.place.chunk || a.place.offset - b.place.offset
  );
  const starts = sorted.map(({ place: { chunk, offset, bytes } }) => {
    const last = restores.at(-1);
    const gap = last?.chunk === chunk ? offset - last.to - last.bytes : Infinity;
    // What lies between two constants but for the alignment of the second is something else.
    if (last && gap < alignment) {
      restores[restores.length - 1] = { ...last, bytes: last.bytes + gap + bytes };
      floats += gap / 4;
    } else restores.push({ from: floats * 4, chunk, to: offset, bytes });
    const start = floats;
    floats += bytes / 4;
    return start;
  });
  const data = new Float32Array(floats);
  sorted.forEach((constant, i) => data.set(constant.data, starts[i]!));
  return { restores, data };
}
