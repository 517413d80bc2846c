import { dataError, DeviceFailedError } from "../errors.ts";
import { type DType, elements, rowPitch, type Shape, storedFloats } from "../graph/node.ts";
import { sizeInWords } from "../plan/budget.ts";
import { append } from "../lists.ts";
import { type Gpu, scoped } from "./device.ts";

/**
 * A tensor on the device, a value: nothing writes it after it was made. Its buffer goes back to the pool when
 * its owner releases it.
 */
export interface DeviceTensor {
  /** Its memory; rows of feature maps are padded to a multiple of 4 floats. */
  readonly buffer: GPUBuffer;
  /** Logical shape; [C, N, H, W] of a feature map. */
  readonly shape: Shape;
  /** Of the elements, 4 bytes each. */
  readonly dtype: DType;
}

/** Whether a value is a tensor on a device, rather than numbers on the host. */
export const isTensor = (value: unknown): value is DeviceTensor =>
  typeof value === "object" && value !== null && "buffer" in value && "dtype" in value;

/** The tensors among a record's values. */
export const tensorsOf = (record: object): DeviceTensor[] => Object.values(record).filter(isTensor);

/** Bytes of a tensor's data, a multiple of 4. */
const tensorBytes = (shape: Shape): number => storedFloats(shape) * 4;

/** Buffers by size. Allocation happens while a run warms up; afterwards a step only takes and returns. */
export class TensorPool {
  readonly #idle = new Map<number, GPUBuffer[]>();
  readonly #live = new Set<GPUBuffer>();
  #created = 0;
  /** For a {@link Runner}, which has one as its `tensors`. */
  constructor(private readonly gpu: Gpu) {}

  /** How many buffers were ever created, for the tests that a step creates none. */
  get created(): number {
    return this.#created;
  }

  /** A tensor with whatever its buffer held before: for results that are written whole. */
  take(shape: Shape, dtype: DType): DeviceTensor {
    const size = 256 * Math.ceil(tensorBytes(shape) / 256);
    let buffer = this.#idle.get(size)?.pop();
    if (buffer === undefined) {
      this.#created++;
      buffer = this.#create(shape, size);
    }
    this.#live.add(buffer);
    return { buffer, shape, dtype };
  }

  /** A new buffer. That it does not fit is known only later: the next check throws it. */
  #create(shape: Shape, size: number): GPUBuffer {
    let buffer: GPUBuffer;
    scoped(this.gpu, { what: `Allocating a tensor [${shape}] of ${sizeInWords(size)}`, bytes: size }, () => {
      buffer = this.gpu.device.createBuffer({
        label: `tensor [${shape}]`,
        size,
        usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
    }).catch(this.gpu.report);
    return buffer!;
  }

  /** Gives tensors back. Releasing one twice is a programming error. */
  release(...tensors: readonly DeviceTensor[]): void {
    for (const { buffer, shape } of tensors) {
      if (!this.#live.delete(buffer)) throw new Error(`Tensor [${shape}] was released twice`);
      append(this.#idle, buffer.size, buffer);
    }
  }

  /** Gives back what the record `old` holds and `next` does not: nobody has use for the old state. */
  retire(old: object, ...next: readonly object[]): void {
    const kept = new Set(next.flatMap(tensorsOf));
    this.release(...tensorsOf(old).filter((tensor) => !kept.has(tensor)));
  }

  /** Uploads stored-form data (rows of feature maps padded) as a new tensor. */
  upload(data: Float32Array | Uint32Array, shape: Shape): DeviceTensor {
    if (data.length !== storedFloats(shape)) {
      throw new RangeError(
        `Cannot upload ${data.length} numbers as [${shape}] (${storedFloats(shape)} stored)`,
      );
    }
    const tensor = this.take(shape, data instanceof Uint32Array ? "u32" : "f32");
    this.gpu.device.queue.writeBuffer(tensor.buffer, 0, data as Float32Array<ArrayBuffer>);
    return tensor;
  }

  /** Reads tensors back in one transfer, in stored form. Waits for the device. */
  async read(tensors: readonly DeviceTensor[]): Promise<Float32Array[]> {
    const { device } = this.gpu;
    const offsets: number[] = [];
    let size = 0;
    for (const { shape } of tensors) {
      offsets.push(size);
      size += tensorBytes(shape);
    }
    const staging = await scoped(
      this.gpu,
      { what: `Reading ${size} bytes back`, bytes: size },
      () =>
        device.createBuffer({
          label: "readback",
          size: size + 4,
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        }),
    );
    let data: ArrayBuffer;
    let missing: (read: ArrayBuffer) => DeviceFailedError | undefined;
    try {
      const encoder = device.createCommandEncoder();
      tensors.forEach(({ buffer, shape }, i) => {
        encoder.copyBufferToBuffer(buffer, 0, staging, offsets[i]!, tensorBytes(shape));
      });
      missing = this.gpu.receipts.copy(encoder, staging, size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      data = staging.getMappedRange().slice(0);
      staging.unmap();
    } catch (cause) {
      const message = `Reading results back from the device failed: ${(cause as Error).message}`;
      throw await this.gpu.reasonFor(new DeviceFailedError(message, { cause }));
    } finally {
      staging.destroy();
    }
    this.gpu.check();
    const problem = missing(data);
    if (problem) {
      this.gpu.report(problem);
      throw problem;
    }
    return tensors.map(({ shape }, i) => new Float32Array(data, offsets[i]!, storedFloats(shape)));
  }
}

/** A feature map's rows without their padding: the dense logical array. */
export function withoutPadding(stored: Float32Array, shape: Shape): Float32Array {
  const width = shape.at(-1)!;
  return shape.length === 4 ? repitched(stored, elements(shape), width, rowPitch(width), width) : stored;
}

/** A dense logical array in stored form: each row of a feature map padded with zeros. */
export function withPadding(dense: Float32Array, shape: Shape): Float32Array {
  const width = shape.at(-1)!;
  if (dense.length !== elements(shape)) {
    throw dataError(`${dense.length} numbers do not make a tensor [${shape}]`);
  }
  return shape.length === 4 ? repitched(dense, storedFloats(shape), width, width, rowPitch(width)) : dense;
}

/** Rows of `width` numbers that begin every `from` numbers, as rows that begin every `to`. */
function repitched(
  data: Float32Array,
  length: number,
  width: number,
  from: number,
  to: number,
): Float32Array {
  if (from === to) return data;
  const moved = new Float32Array(length);
  for (let row = 0; row * to < length; row++) {
    moved.set(data.subarray(row * from, row * from + width), row * to);
  }
  return moved;
}
