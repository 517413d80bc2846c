/**
 * Whether a device has done what it was given. Drivers stop a computation that takes seconds. Then a device is lost,
 * but on macOS it may go on as if the computation had succeeded (wgpu#9545).
 */
import code from "../../shaders/receipt.wgsl" with { type: "text" };
import { DeviceFailedError } from "../errors.ts";

/** What counts on the device. */
interface Counter {
  readonly buffer: GPUBuffer;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/**
 * A counter on the device, which every submit of a run increases at its end. Whatever is read back is read with it, so
 * that nothing is believed that was computed when a submit had been left out. It is never set again: one that was left
 * out is seen in all later reads.
 */
export class Receipts {
  #counter: Counter | undefined;
  /** What the counter should be. It starts at 1, since a read that never happened finds 0. */
  #due = 1;
  constructor(private readonly device: GPUDevice) {}

  /** Puts a receipt behind what is in the pass. */
  add(pass: GPUComputePassEncoder): void {
    const { pipeline, group } = this.#counter ??= make(this.device);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    this.#due = (this.#due + 1) >>> 0;
  }

  /**
   * Copies the counter, 4 bytes, beside what is read back. Returns what tells from it whether the device is behind.
   */
  copy(
    encoder: GPUCommandEncoder,
    to: GPUBuffer,
    offset: number,
  ): (read: ArrayBuffer) => DeviceFailedError | undefined {
    encoder.copyBufferToBuffer((this.#counter ??= make(this.device)).buffer, 0, to, offset, 4);
    const due = this.#due;
    return (read) => {
      const [done] = new Uint32Array(read, offset, 1);
      return done === due ? undefined : new DeviceFailedError(
        "The device left out a part of what it was given to compute, and did not say so. Drivers stop what takes " +
          "seconds: a smaller batch takes less",
      );
    };
  }
}

function make(device: GPUDevice): Counter {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ label: "receipts", size: 4, usage, mappedAtCreation: true });
  new Uint32Array(buffer.getMappedRange()).fill(1);
  buffer.unmap();
  const module = device.createShaderModule({ label: "receipts", code });
  const pipeline = device.createComputePipeline({ label: "receipts", layout: "auto", compute: { module } });
  const entries = [{ binding: 0, resource: { buffer } }];
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return { buffer, pipeline, group };
}
