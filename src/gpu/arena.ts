/**
 * One memory for the programs of a runner. They run one after the other and keep nothing between runs, so each finds
 * in it whatever the others left, and all together need as much as the largest.
 */
import type { Plan } from "../plan/plan.ts";
import { type Gpu, guarded } from "./device.ts";
import type { Allocation } from "./memory.ts";

/** What the arena has to know of a program. */
export interface Tenant {
  readonly plan: Plan;
  /** Called when its chunks are other buffers than before: when it moves in, and when the arena grows for another. */
  readonly bind: (chunks: readonly GPUBuffer[]) => void;
}

export class Arena {
  #chunks: GPUBuffer[] = [];
  readonly #tenants = new Set<Tenant>();
  /** Ends when the newest program has its memory: they enter one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  constructor(private readonly gpu: Gpu) {}

  get bytes(): number {
    return this.#chunks.reduce((sum, { size }) => sum + size, 0);
  }

  /** The plans of the programs that are in it. */
  get plans(): Plan[] {
    return [...this.#tenants].map(({ plan }) => plan);
  }

  /**
   * Makes chunks of these bytes for programs that are about to come, so that it need not grow for each. `allocation` is
   * what it is part of.
   */
  reserve(chunks: readonly number[], allocation: Allocation): Promise<void> {
    const reserved = this.#last.then(async () => void await this.#grow(chunks, allocation));
    this.#last = reserved.catch(() => {});
    return reserved;
  }

  /** Makes room, and binds every program again whose chunks were replaced. */
  enter(tenant: Tenant, allocation: Allocation): Promise<void> {
    const entered = this.#last.then(async () => {
      // It is in before the arena has grown: otherwise one that leaves meanwhile would take its chunks away.
      this.#tenants.add(tenant);
      try {
        if (!await this.#grow(tenant.plan.chunks, allocation)) tenant.bind(this.#chunks);
      } catch (error) {
        this.leave(tenant);
        throw error;
      }
    });
    this.#last = entered.catch(() => {});
    return entered;
  }

  /**
   * Replaces the chunks that are too small, and says whether there were any. They go before the larger ones come: a
   * device may not have room for both. Where it has none for the larger ones, they come back as large as they were, so
   * that the programs that were here before still run.
   */
  async #grow(chunks: readonly number[], allocation: Allocation): Promise<boolean> {
    const old = this.#chunks.map(({ size }) => size);
    const small = [...chunks.keys()].filter((i) => chunks[i]! > (old[i] ?? 0));
    if (small.length === 0) return false;
    try {
      await guarded(this.gpu, allocation, () => this.#replace(small, chunks));
    } catch (error) {
      await guarded(this.gpu, allocation, () => this.#replace(small, old)).catch(() => {});
      throw error;
    }
    return true;
  }

  /** Frees these chunks, makes those anew whose bytes are told, and binds the programs that used them. */
  #replace(which: readonly number[], bytes: readonly number[]): void {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    for (const i of which) this.#chunks[i]?.destroy();
    for (const i of which.filter((i) => i < bytes.length)) {
      this.#chunks[i] = this.gpu.device.createBuffer({ label: `arena ${i}`, size: bytes[i]!, usage });
    }
    this.#chunks = this.#chunks.filter((_, i) => !which.includes(i) || i < bytes.length);
    for (const tenant of this.#tenants) {
      const { chunks } = tenant.plan;
      const fits = chunks.every((size, i) => size <= (this.#chunks[i]?.size ?? 0));
      if (fits && which.some((i) => i < chunks.length)) tenant.bind(this.#chunks);
    }
  }

  /** Removes a program, and frees the chunks that no other needs. */
  leave(tenant: Tenant): void {
    this.#tenants.delete(tenant);
    this.trim();
  }

  /** Frees the chunks that no program needs. */
  trim(): void {
    const used = Math.max(0, ...[...this.#tenants].map(({ plan }) => plan.chunks.length));
    for (const chunk of this.#chunks.splice(used)) chunk.destroy();
  }
}
