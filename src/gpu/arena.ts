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
    const reserved = this.#last.then(() => this.#grow(chunks, allocation));
    this.#last = reserved.catch(() => {});
    return reserved;
  }

  /** Makes room, and binds every program again whose chunks were replaced. */
  enter(tenant: Tenant, allocation: Allocation): Promise<void> {
    const entered = this.#last.then(async () => {
      await this.#grow(tenant.plan.chunks, allocation);
      this.#tenants.add(tenant);
      tenant.bind(this.#chunks);
    });
    this.#last = entered.catch(() => {});
    return entered;
  }

  /**
   * A chunk that is too small goes before the larger one comes: a device may not have room for both. After a failure the
   * programs that were here before cannot run.
   */
  async #grow(chunks: readonly number[], allocation: Allocation): Promise<void> {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const grown = new Set([...chunks.keys()].filter((i) => chunks[i]! > (this.#chunks[i]?.size ?? 0)));
    if (grown.size === 0) return;
    await guarded(this.gpu, allocation, () => {
      for (const i of grown) this.#chunks[i]?.destroy();
      for (const i of grown) {
        this.#chunks[i] = this.gpu.device.createBuffer({ label: `arena ${i}`, size: chunks[i]!, usage });
      }
      for (const tenant of this.#tenants) {
        if (tenant.plan.chunks.some((_, i) => grown.has(i))) tenant.bind(this.#chunks);
      }
    });
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
