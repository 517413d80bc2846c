/** The kernels that a warm-up compiles, taken one after the other by the threads that share it. */
import type { AdapterChoice } from "./device.ts";
import type { Job, Pipelines } from "./pipelines.ts";

/** What a helping thread is given. */
export interface WarmUpTask {
  readonly choice: AdapterChoice;
  readonly jobs: readonly Job[];
  /** Of one number: how many jobs were taken. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** A kernel that takes more milliseconds was not in the driver's cache. */
const cold = 60;

/**
 * Takes jobs and compiles them until none is left: one at a time while each takes long, so that all threads end at one
 * time, and more at once where waiting for the device takes longer than they do. `onBatch` gets how many jobs were
 * taken by anyone, and whether the last took long; where it returns true, no more are taken.
 */
export async function takeJobs(
  pipelines: Pick<Pipelines, "warm">,
  { jobs, taken }: Pick<WarmUpTask, "jobs" | "taken">,
  onBatch: (taken: number, slow: boolean) => boolean = () => false,
): Promise<void> {
  let size = 1;
  for (;;) {
    const first = Atomics.add(taken, 0, size);
    if (first >= jobs.length) return;
    const start = performance.now();
    await pipelines.warm(jobs.slice(first, first + size));
    const slow = performance.now() - start > cold * size;
    if (onBatch(Math.min(Atomics.load(taken, 0), jobs.length), slow)) return;
    size = slow ? 1 : 2 * size;
  }
}
