/**
 * Fills the memory of plans with NaN: what a kernel reads, some kernel before it has to have written. Without this a
 * device gives zeros there in a test, and in a run whatever another program left.
 */

/** The arenas that there are, by their devices' queues. */
const arenas = new Map<GPUBuffer, GPUQueue>();

const createBuffer = GPUDevice.prototype.createBuffer;
GPUDevice.prototype.createBuffer = function (descriptor) {
  const buffer = createBuffer.call(this, descriptor);
  if (/^arena \d+$/.test(descriptor.label ?? "")) {
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      arenas.delete(buffer);
      destroy();
    };
    arenas.set(buffer, this.queue);
  }
  return buffer;
};

/** To be called before a run. */
export function forgetMemory(): void {
  for (const [buffer, queue] of arenas) {
    queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(NaN));
  }
}
