import { type Plan, planBytes, type Port } from "../plan/plan.ts";
import { sameShape, storedFloats } from "../graph/node.ts";
import { type Gpu, guarded } from "./device.ts";
import type { Pipelines } from "./pipelines.ts";
import { type DeviceTensor, isTensor, type TensorPool } from "./tensor.ts";

/** What a run takes for an input: a tensor that is on the device, or numbers in stored form. */
export type Feed = DeviceTensor | Float32Array | Uint32Array;

const isFeed = (value: unknown): value is Feed =>
  value instanceof Float32Array || value instanceof Uint32Array || isTensor(value);

/** A plan on a device: pipelines, arena and bind groups made once; a run only encodes. */
export class Program {
  private constructor(
    private readonly gpu: Gpu,
    private readonly pool: TensorPool,
    readonly plan: Plan,
    private readonly chunks: readonly GPUBuffer[],
    private readonly tableBuffer: GPUBuffer,
    private readonly steps: readonly {
      pipeline: GPUComputePipeline;
      bindings: GPUBindGroup;
      grid: readonly [number, number, number];
    }[],
  ) {}

  /** Compiles the plan's pipelines, then allocates its arena. */
  static async load(
    gpu: Gpu,
    pipelines: Pipelines,
    pool: TensorPool,
    plan: Plan,
  ): Promise<Program> {
    const { device } = gpu;
    const compiled: GPUComputePipeline[] = [];
    for (const d of plan.dispatches) compiled.push(await pipelines.get(d.kernel, d.chunks.length));
    const megabytes = (planBytes(plan) / 1e6).toFixed(0);
    const [chunks, table] = await guarded(gpu, `Allocating ${megabytes} MB for a step`, () => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      return [
        plan.chunks.map((size, i) => device.createBuffer({ label: `arena ${i}`, size, usage })),
        device.createBuffer({ label: "table", size: Math.max(256, plan.table.byteLength), usage }),
      ] as const;
    });
    // Deno 2.9 panics on an empty write (a plan of constants only has no table).
    if (plan.table.length > 0) device.queue.writeBuffer(table, 0, plan.table as Uint32Array<ArrayBuffer>);
    for (const { place, data } of plan.constants) {
      device.queue.writeBuffer(chunks[place.chunk]!, place.offset, data as Float32Array<ArrayBuffer>);
    }
    const steps = [];
    for (const [i, d] of plan.dispatches.entries()) {
      const buffers = [
        { buffer: table, offset: d.table[0] * 4, size: d.table[1] * 4 },
        ...d.chunks.map((c) => ({ buffer: chunks[c]! })),
      ];
      const bindings = device.createBindGroup({
        label: d.label,
        layout: pipelines.layout(d.chunks.length),
        entries: buffers.map((resource, binding) => ({ binding, resource })),
      });
      steps.push({ pipeline: compiled[i]!, bindings, grid: d.grid });
    }
    gpu.check();
    return new Program(gpu, pool, plan, chunks, table, steps);
  }

  /**
   * Encodes and submits one whole step: inputs are copied in, one compute pass runs every dispatch, outputs are
   * copied to tensors of their own. Nothing waits for the device. Inputs stay as they are.
   *
   * @param feeds a {@link Feed} for each input of the plan; whatever else it holds is left alone, so a state
   * record can be given as it is
   */
  run<Outputs extends string = string>(
    feeds: Readonly<Record<string, unknown>>,
  ): Record<Outputs, DeviceTensor> {
    const { device } = this.gpu;
    const encoder = device.createCommandEncoder();
    for (const [name, port] of Object.entries(this.plan.inputs)) {
      const feed = feeds[name];
      if (!isFeed(feed)) throw new TypeError(`The plan's input ${name} [${port.shape}] was not given`);
      this.#feed(encoder, name, port, feed);
    }
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindings, grid } of this.steps) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...grid);
    }
    pass.end();
    const results: Record<string, DeviceTensor> = {};
    for (const [name, port] of Object.entries(this.plan.outputs)) {
      const tensor = this.pool.take(port.shape, port.dtype);
      encoder.copyBufferToBuffer(this.chunks[port.chunk]!, port.offset, tensor.buffer, 0, port.bytes);
      results[name] = tensor;
    }
    device.queue.submit([encoder.finish()]);
    return results;
  }

  #feed(encoder: GPUCommandEncoder, name: string, port: Port, feed: Feed): void {
    const chunk = this.chunks[port.chunk]!;
    if (isTensor(feed)) {
      if (!sameShape(feed.shape, port.shape) || feed.dtype !== port.dtype) {
        throw new TypeError(
          `Input ${name} is ${feed.dtype} [${feed.shape}], the plan wants ${port.dtype} [${port.shape}]`,
        );
      }
      encoder.copyBufferToBuffer(feed.buffer, 0, chunk, port.offset, port.bytes);
    } else {
      if (feed.length !== storedFloats(port.shape)) {
        throw new TypeError(
          `Input ${name} has ${feed.length} numbers, [${port.shape}] wants ${storedFloats(port.shape)}`,
        );
      }
      this.gpu.device.queue.writeBuffer(chunk, port.offset, feed as Float32Array<ArrayBuffer>);
    }
  }

  /**
   * Milliseconds of each dispatch, from `repeats` of it in one submit, less what an empty submit takes (waiting for
   * the device costs some 10 ms by itself). For profiles only: in a step they run one after the other.
   */
  async profile(repeats = 20): Promise<number[]> {
    const { queue } = this.gpu.device;
    const time = async (encode: (pass: GPUComputePassEncoder) => void): Promise<number> => {
      const encoder = this.gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
      const start = performance.now();
      queue.submit([encoder.finish()]);
      await queue.onSubmittedWorkDone();
      return performance.now() - start;
    };
    const empty = Math.min(...await Array.fromAsync({ length: 5 }, () => time(() => {})));
    const times: number[] = [];
    for (const { pipeline, bindings, grid } of this.steps) {
      const total = await time((pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(...grid);
      });
      times.push(Math.max(0, total - empty) / repeats);
    }
    return times;
  }

  /** Frees the arena. The program cannot run afterwards; its outputs stay. */
  destroy(): void {
    for (const chunk of this.chunks) chunk.destroy();
    this.tableBuffer.destroy();
  }
}
