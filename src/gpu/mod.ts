/** The run layer: a device, its pipelines and tensors, and plans made programs. */
import type { Node } from "../graph/node.ts";
import { compile } from "../plan/compile.ts";
import type { Plan } from "../plan/plan.ts";
import { type AdapterChoice, type DeviceInfo, type Gpu, openGpu } from "./device.ts";
import { Pipelines } from "./pipelines.ts";
import { Program } from "./program.ts";
import { TensorPool } from "./tensor.ts";

export { type AdapterChoice, type DeviceInfo } from "./device.ts";
export { type Feed, Program } from "./program.ts";
export { type DeviceTensor, tensorsOf, withoutPadding, withPadding } from "./tensor.ts";

/** A device to run plans on. The capability: what has none cannot touch the device. */
export class Runner {
  readonly tensors: TensorPool;
  readonly #pipelines: Pipelines;
  private constructor(private readonly gpu: Gpu) {
    this.tensors = new TensorPool(gpu);
    this.#pipelines = new Pipelines(gpu);
  }

  /** Opens an adapter, the fastest by default. Throws a device error (exit 3) that says what to install. */
  static async open(choice: AdapterChoice = "high-performance"): Promise<Runner> {
    return new Runner(await openGpu(choice));
  }

  get info(): DeviceInfo {
    return this.gpu.info;
  }

  /** The plan of named outputs for this device. */
  compile(outputs: Readonly<Record<string, Node>>): Plan {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.gpu.device.limits;
    return compile(outputs, { maxBinding: Math.min(maxStorageBufferBindingSize, maxBufferSize) });
  }

  load(plan: Plan): Promise<Program> {
    return Program.load(this.gpu, this.#pipelines, this.tensors, plan);
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
