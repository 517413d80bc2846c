/** Makes devices fail at one of their submits. */

/**
 * "lost": the device is gone. "kernel": what was to run is refused, as it is where a kernel's memory is gone. "left out":
 * it never runs, and the device says nothing.
 */
export type Fault = "lost" | "kernel" | "left out";

export interface Faults extends Disposable {
  /** Submits of all devices that were counted. */
  readonly submits: number;
  /** How many submits were made to fail. */
  readonly failed: number;
}

/**
 * From now on submits for which `fails` is true fail: it gets their number among all and among those of the device, from 1.
 * Those that only make a driver compile are not counted, for there are more of them where its cache is empty: 0.
 */
export function withFaults(fault: Fault, fails: (submit: number, ofDevice: number) => boolean): Faults {
  const devices = new WeakMap<GPUQueue, { readonly device: GPUDevice; submits: number }>();
  const count = { submits: 0, failed: 0 };
  const { requestDevice } = GPUAdapter.prototype;
  const { submit } = GPUQueue.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    devices.set(device.queue, { device, submits: 0 });
    return device;
  };
  GPUQueue.prototype.submit = function (commands) {
    const known = devices.get(this);
    if (!known) return submit.call(this, commands);
    const warmUp = commands[0]!.label === "warm-up";
    if (!(warmUp ? fails(0, 0) : fails(++count.submits, ++known.submits))) return submit.call(this, commands);
    const { device } = known;
    count.failed++;
    if (fault === "lost") device.destroy();
    if (fault === "lost") submit.call(this, commands);
    else submit.call(this, fault === "kernel" ? [badCommands(device)] : []);
  };
  return {
    get submits() {
      return count.submits;
    },
    get failed() {
      return count.failed;
    },
    [Symbol.dispose]() {
      GPUAdapter.prototype.requestDevice = requestDevice;
      GPUQueue.prototype.submit = submit;
    },
  };
}

/** A dispatch on a buffer that does not exist any more. */
function badCommands(device: GPUDevice): GPUCommandBuffer {
  const code = "@group(0) @binding(0) var<storage, read_write> x: array<f32>;" +
    "@compute @workgroup_size(1) fn main() { x[0] = 1; }";
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  const buffer = device.createBuffer({ label: "missing", size: 4, usage: GPUBufferUsage.STORAGE });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [{ binding: 0, resource: { buffer } }];
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  const commands = encoder.finish();
  buffer.destroy();
  return commands;
}
