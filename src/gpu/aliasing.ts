import code from "../../shaders/aliasing.wgsl" with { type: "text" };

/**
 * What a device says to a dispatch that binds one buffer twice, to write it both times; undefined where it says nothing.
 * The specification forbids it. No plan does it; a device that does not look hides such a mistake.
 */
export async function refusedAliasing(device: GPUDevice): Promise<string | undefined> {
  const buffer = device.createBuffer({ label: "aliased", size: 256, usage: GPUBufferUsage.STORAGE });
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label: "aliasing", code });
  const pipeline = device.createComputePipeline({ label: "aliasing", layout: "auto", compute: { module } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [0, 1].map((binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(1);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  // A driver that still works on it when the process ends may take it down.
  await device.queue.onSubmittedWorkDone();
  buffer.destroy();
  return error?.message;
}
