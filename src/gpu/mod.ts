/**
 * The run layer: a device, its pipelines and tensors, and plans made programs.
 *
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { Runner } from "@ms-darts/ms-darts/gpu";
 * import { gradient } from "@ms-darts/ms-darts/gradient";
 * import { input, mul, square, sum } from "@ms-darts/ms-darts/graph";
 *
 * const x = input("x", [3]);
 * const [slope] = gradient(sum(mul(x, square(x))), [x]); // 3x²
 * const runner = await Runner.open();
 * const program = await runner.load(runner.compile({ slope: slope! }));
 * const results = program.run({ x: Float32Array.of(1, 2, 3) });
 * const [numbers] = await runner.tensors.read([results.slope!]);
 * runner.close();
 * deepEqual(numbers, Float32Array.of(3, 12, 27));
 * ```
 *
 * @module
 */
import type { Node } from "../graph/node.ts";
import type { Tuning } from "../graph/tuning.ts";
import { tuningFor } from "../graph/tuning_records.ts";
import { breathe } from "../breathe.ts";
import { lessMemory, type MemoryLimit, needOf, ShortageError } from "../plan/budget.ts";
import { compile } from "../plan/compile.ts";
import type { PassName } from "../plan/fuse.ts";
import { type Plan, sharedChunks } from "../plan/plan.ts";
import { refusedAliasing } from "./aliasing.ts";
import { Arena } from "./arena.ts";
import { type AdapterChoice, type DeviceInfo, type Gpu, openGpu } from "./device.ts";
import { freeMemory, memoryHeld, type Opening } from "./memory.ts";
import { Pipelines } from "./pipelines.ts";
import { allocating, jobsOf, Program, sharesBindGroups } from "./program.ts";
import { TensorPool } from "./tensor.ts";
import { WarmUp } from "./warm_up.ts";

export { DeviceFailedError, type ExitCode, exitCodes, UserError } from "../errors.ts";
export { type AdapterChoice, type DeviceInfo } from "./device.ts";
export { MemoryHeldError, type Opening, untilGivenBack } from "./memory.ts";
export type { KernelTime } from "./profile.ts";
export { type Feed, Program } from "./program.ts";
export {
  type DeviceTensor,
  isTensor,
  type TensorPool,
  tensorsOf,
  withoutPadding,
  withPadding,
} from "./tensor.ts";

/** The outputs of one step, by name. */
export type Graph = Readonly<Record<string, Node>>;

/** Options of a {@link Runner}. */
export interface RunnerOptions extends Opening {
  /** Whether plans compute cheap maps again rather than keep them, wherever that saves memory. */
  readonly recompute?: boolean | undefined;
  /**
   * Bytes of device memory that prepared steps may need; where they would need more, maps that are cheap to compute are
   * computed again rather than kept, as far as it takes. By default what a driver that computes on the CPU finds free;
   * none for a GPU, whose memory WebGPU does not tell.
   */
  readonly memoryLimit?: number | undefined;
  /** How plans cut up their work; the record for the adapter when left out. */
  readonly tuning?: Tuning | undefined;
}

/** What {@link Runner.prepare} may be given besides its graphs. */
export interface Preparation {
  /** Gets lines about what takes long. */
  readonly note?: (line: string) => void;
  /** Once it is aborted, nothing more is compiled, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Images a step, for the error where memory is short. */
  readonly batch?: number | undefined;
  /** What needs the memory, for the same error; "This run" when left out. */
  readonly what?: string | undefined;
}

/** A device to run plans on. The capability: what has none cannot touch the device. */
export class Runner {
  /** Tensors on the device: uploading, reading back, giving back. */
  readonly tensors: TensorPool;
  readonly #pipelines: Pipelines;
  readonly #arena: Arena;
  readonly #warmUp: WarmUp;
  readonly #recompute: boolean;
  /** How its plans cut up their work. */
  readonly tuning: Tuning;
  /** Of device memory; undefined where it is not known. */
  readonly memoryLimit: MemoryLimit | undefined;
  private constructor(
    private readonly gpu: Gpu,
    choice: AdapterChoice,
    { recompute = false, memoryLimit, tuning = tuningFor(gpu.info) }: RunnerOptions,
  ) {
    this.#recompute = recompute;
    this.tuning = tuning;
    this.memoryLimit = memoryLimit === undefined ? freeMemory(gpu.info) : { bytes: memoryLimit, given: true };
    this.tensors = new TensorPool(gpu);
    this.#pipelines = new Pipelines(gpu);
    this.#arena = new Arena(gpu);
    this.#warmUp = new WarmUp(gpu, this.#pipelines, choice);
  }

  /** Opens an adapter, the fastest by default. Throws a device error (exit 3) that says what to install. */
  static async open(
    choice: AdapterChoice = "high-performance",
    options: RunnerOptions = {},
  ): Promise<Runner> {
    return new Runner(await openGpu(choice, options), choice, options);
  }

  /** The adapter that was opened, with its limits. */
  get info(): DeviceInfo {
    return this.gpu.info;
  }

  /** The plan of named outputs for this device, with all fusion passes or only those named. */
  compile(outputs: Graph, passes?: readonly PassName[]): Plan {
    return this.#compile(outputs, this.#recompute ? 0 : this.memoryLimit?.bytes ?? Infinity, passes);
  }

  #compile(outputs: Graph, memory: number, passes?: readonly PassName[]): Plan {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.gpu.device.limits;
    const maxBinding = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    return compile(outputs, { maxBinding, tuning: this.tuning, memory }, passes);
  }

  /**
   * The steps of a run as programs: all are planned, then compiled, and then loaded. What was loaded when a step failed
   * or the signal stopped it is freed. Throws a device error (exit 3) before anything is allocated if they need more
   * memory than the limit, together with the programs that are loaded.
   */
  async prepare<Graphs extends Readonly<Record<string, Graph>>>(
    graphs: Graphs,
    preparation: Preparation = {},
  ): Promise<{ readonly [Name in keyof Graphs]: Program }> {
    const { note = () => {}, signal } = preparation;
    const loaded = this.#arena.plans;
    const plans = await this.#plan(graphs, loaded, preparation);
    const all = [...loaded, ...plans.values()];
    const shared = sharesBindGroups(all);
    const jobs = [...plans.values()].flatMap((plan) => jobsOf(plan, shared));
    await this.#warmUp.prepare(jobs, note, signal);
    const programs: [string, Program][] = [];
    try {
      await this.#arena.reserve(sharedChunks(all), allocating(all));
      for (const [name, plan] of plans) {
        await breathe(signal);
        programs.push([name, await this.#load(plan, shared, signal)]);
      }
    } catch (error) {
      destroy(Object.fromEntries(programs));
      this.#arena.trim();
      throw error;
    }
    return Object.fromEntries(programs) as { [Name in keyof Graphs]: Program };
  }

  /**
   * Throws what {@link prepare} would throw for lack of memory or for a tensor that is too large, if nothing else were
   * loaded then. Only plans.
   */
  async check(graphs: Readonly<Record<string, Graph>>, preparation: Preparation = {}): Promise<void> {
    await this.#plan(graphs, [], preparation);
  }

  /**
   * Plans that need no more than the limit together with those that are loaded: where keeping all maps would, some are
   * computed again. Throws where that does not help.
   */
  async #plan(
    graphs: Readonly<Record<string, Graph>>,
    loaded: readonly Plan[],
    { signal, batch, what = "This run" }: Preparation,
  ): Promise<Map<string, Plan>> {
    const limit = this.memoryLimit;
    for (let memory = this.#recompute ? 0 : Infinity;;) {
      const plans = new Map<string, Plan>();
      for (const [name, graph] of Object.entries(graphs)) {
        await breathe(signal);
        plans.set(name, this.#compile(graph, memory));
      }
      const all = [...loaded, ...plans.values()];
      const need = needOf(...all);
      if (limit === undefined || need.bytes <= limit.bytes) return plans;
      const less = lessMemory(all, memory, limit.bytes);
      if (less === undefined) {
        const held = limit.given ? undefined : memoryHeld(this.info, { what, bytes: need.bytes });
        throw held ?? new ShortageError({ need, limit, batch, what });
      }
      memory = less;
    }
  }

  /** A plan made ready to run. `note` gets lines about what takes long. */
  async load(plan: Plan, note: (line: string) => void = () => {}): Promise<Program> {
    const shared = sharesBindGroups([...this.#arena.plans, plan]);
    await this.#warmUp.prepare(jobsOf(plan, shared), note);
    return await this.#load(plan, shared);
  }

  #load(plan: Plan, shared: boolean, signal?: AbortSignal): Promise<Program> {
    const host = { gpu: this.gpu, pipelines: this.#pipelines, tensors: this.tensors, arena: this.#arena };
    return Program.load(host, plan, shared, signal);
  }

  /** Bytes of the memory that the loaded programs share. */
  get arenaBytes(): number {
    return this.#arena.bytes;
  }

  /** Waits until everything submitted has run, and throws if any of it failed. */
  async settle(): Promise<void> {
    await this.gpu.device.queue.onSubmittedWorkDone();
    this.gpu.check();
  }

  /**
   * What the device says to a dispatch that binds one buffer twice, to write it both times, which the specification
   * forbids; undefined where it says nothing.
   */
  refusedAliasing(): Promise<string | undefined> {
    return refusedAliasing(this.gpu.device);
  }

  /** Gives the device back. Its programs and tensors are of no use afterwards. */
  close(): void {
    this.gpu.close();
  }
}

/** Frees the programs of a preparation. */
export const destroy = (programs: Readonly<Record<string, Program>>): void =>
  Object.values(programs).forEach((program) => program.destroy());
