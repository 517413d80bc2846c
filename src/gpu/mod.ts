/** The run layer: a device, its pipelines and tensors, and plans made programs. */
import type { Node } from "../graph/node.ts";
import { compile } from "../plan/compile.ts";
import type { PassName } from "../plan/fuse.ts";
import type { Plan } from "../plan/plan.ts";
import { Arena } from "./arena.ts";
import { type AdapterChoice, type DeviceInfo, type Gpu, openGpu } from "./device.ts";
import { Pipelines } from "./pipelines.ts";
import { jobsOf, Program } from "./program.ts";
import { TensorPool } from "./tensor.ts";
import { WarmUp } from "./warm_up.ts";

export { type AdapterChoice, type DeviceInfo } from "./device.ts";
export { type Feed, Program } from "./program.ts";
export { type DeviceTensor, isTensor, tensorsOf, withoutPadding, withPadding } from "./tensor.ts";

/** A device to run plans on. The capability: what has none cannot touch the device. */
export class Runner {
  readonly tensors: TensorPool;
  readonly #pipelines: Pipelines;
  readonly #arena: Arena;
  readonly #warmUp: WarmUp;
  private constructor(private readonly gpu: Gpu, choice: AdapterChoice) {
    this.tensors = new TensorPool(gpu);
    this.#pipelines = new Pipelines(gpu);
    this.#arena = new Arena(gpu);
    this.#warmUp = new WarmUp(gpu, this.#pipelines, choice);
  }

  /** Opens an adapter, the fastest by default. Throws a device error (exit 3) that says what to install. */
  static async open(choice: AdapterChoice = "high-performance"): Promise<Runner> {
    return new Runner(await openGpu(choice), choice);
  }

  get info(): DeviceInfo {
    return this.gpu.info;
  }

  /** The plan of named outputs for this device, with all fusion passes or only those named. */
  compile(outputs: Readonly<Record<string, Node>>, passes?: readonly PassName[]): Plan {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.gpu.device.limits;
    return compile(outputs, { maxBinding: Math.min(maxStorageBufferBindingSize, maxBufferSize) }, passes);
  }

  /** A plan made ready to run. `note` gets lines about what takes long. */
  async load(plan: Plan, note: (line: string) => void = () => {}): Promise<Program> {
    await this.#warmUp.prepare(jobsOf(plan), note);
    return await Program.load(this.gpu, this.#pipelines, this.tensors, this.#arena, plan);
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

  close(): void {
    this.gpu.close();
  }
}
