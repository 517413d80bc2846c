/**
 * One memory for the programs of a runner. They run one after the other and keep nothing between runs, so each finds
 * in it whatever the others left, and all together need as much as the largest.
 */
import { type Gpu, guarded } from "./device.ts";

/** A program as far as memory is concerned. */
export interface Tenant {
  /** Bytes of each chunk. */
  readonly chunks: readonly number[];
  /** Called when its chunks are other buffers than before: when it moves in, and when the arena grows for another. */
  readonly bind: (chunks: readonly GPUBuffer[]) => void;
}

export class Arena {
  #chunks: GPUBuffer[] = [];
  readonly #tenants = new Set<Tenant>();
  /** The last that moves in; the next waits for it. */
  #last: Promise<unknown> = Promise.resolve();
  constructor(private readonly gpu: Gpu) {}

  get bytes(): number {
    return this.#chunks.reduce((sum, { size }) => sum + size, 0);
  }

  /** Makes room, and binds every tenant whose chunks became others. `what` names the allocation if it fails. */
  enter(tenant: Tenant, what: string): Promise<void> {
    const entered = this.#last.then(() => this.#enter(tenant, what));
    this.#last = entered.catch(() => {});
    return entered;
  }

  async #enter(tenant: Tenant, what: string): Promise<void> {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const grown = await guarded(this.gpu, what, () =>
      new Map(
        [...tenant.chunks.entries()].filter(([i, size]) => size > (this.#chunks[i]?.size ?? 0)).map((
          [i, size],
        ) => [i, this.gpu.device.createBuffer({ label: `arena ${i}`, size, usage })]),
      ));
    for (const [i, buffer] of grown) {
      this.#chunks[i]?.destroy();
      this.#chunks[i] = buffer;
    }
    for (const other of this.#tenants) {
      if (other.chunks.some((_, i) => grown.has(i))) other.bind(this.#chunks);
    }
    this.#tenants.add(tenant);
    tenant.bind(this.#chunks);
  }

  /** Frees the chunks that nobody else has. */
  leave(tenant: Tenant): void {
    this.#tenants.delete(tenant);
    const used = Math.max(0, ...[...this.#tenants].map(({ chunks }) => chunks.length));
    for (const chunk of this.#chunks.splice(used)) chunk.destroy();
  }
}
