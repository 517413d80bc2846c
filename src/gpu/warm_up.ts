/**
 * The beginning of a run. A software driver compiles a kernel at its first dispatch, on the one thread of the device's
 * queue: for a supernet that is half a minute. Devices in other threads compile at the same time, and what one of them
 * has compiled the others find in the driver's cache on disk.
 */
import { expand } from "../plan/expand.ts";
import { type AdapterChoice, type Gpu, openGpu } from "./device.ts";
import { type Job, Pipelines } from "./pipelines.ts";

/** What a helping thread is given. */
export interface WarmUpTask {
  readonly choice: AdapterChoice;
  readonly jobs: readonly Job[];
  /** Of one number: how many jobs were taken. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** Fewer kernels are compiled as they come. */
const fewest = 6;
const mostHelpers = 3;
/** A kernel that takes more milliseconds was not in the driver's cache. */
const cold = 60;
/** Milliseconds between two notes of progress. */
const quiet = 5000;

/**
 * Takes jobs and compiles them until none is left: one at a time while each takes long, so that all threads end at one
 * time, and more at once where waiting for the device takes longer than they do. `onBatch` gets how many jobs were
 * taken by anyone, and whether the last took long.
 */
export async function takeJobs(
  pipelines: Pick<Pipelines, "warm">,
  { jobs, taken }: Pick<WarmUpTask, "jobs" | "taken">,
  onBatch: (taken: number, slow: boolean) => void = () => {},
): Promise<void> {
  let size = 1;
  for (;;) {
    const first = Atomics.add(taken, 0, size);
    if (first >= jobs.length) return;
    const start = performance.now();
    await pipelines.warm(jobs.slice(first, first + size));
    const slow = performance.now() - start > cold * size;
    onBatch(Math.min(Atomics.load(taken, 0), jobs.length), slow);
    size = slow ? 1 : 2 * size;
  }
}

export class WarmUp {
  constructor(
    private readonly gpu: Gpu,
    private readonly pipelines: Pipelines,
    private readonly choice: AdapterChoice,
  ) {}

  /** Compiles what is new among the jobs, and says how far it is where that takes long. */
  async prepare(jobs: readonly Job[], note: (line: string) => void): Promise<void> {
    const fresh = this.pipelines.fresh(jobs);
    if (!this.gpu.info.software || fresh.length < fewest) return;
    const task = { choice: this.choice, jobs: largestFirst(fresh), taken: counter() };
    const most = mayHelp() ? Math.min(mostHelpers, navigator.hardwareConcurrency - 1) : 0;
    const helpers: Promise<void>[] = [];
    let nextNote = 0;
    await takeJobs(this.pipelines, task, (taken, slow) => {
      if (!slow) return;
      if (performance.now() > nextNote) {
        note(`Compiling kernels: ${taken} of ${fresh.length}`);
        nextNote = performance.now() + quiet;
      }
      if (helpers.length > 0 || fresh.length - taken < fewest) return;
      for (let i = 0; i < most; i++) helpers.push(help(task));
    });
    await Promise.all(helpers);
  }
}

const counter = () => new Int32Array(new SharedArrayBuffer(4));

/** The longest code takes the longest to compile, more or less: it should not come last. */
function largestFirst(jobs: readonly Job[]): Job[] {
  const lengths = new Map(
    jobs.map((job) => [job, expand(job.kernel.source, job.kernel.defines ?? {}).length]),
  );
  return jobs.toSorted((a, b) => lengths.get(b)! - lengths.get(a)!);
}

const module = new URL("./warm_up_worker.ts", import.meta.url);

/** Without the permission to read its module a thread cannot start. */
const mayHelp = (): boolean =>
  module.protocol !== "file:" ||
  Deno.permissions.querySync({ name: "read", path: module }).state === "granted";

/** Resolves when a thread has compiled its part, or could not: everything works without it, only later. */
function help(task: WarmUpTask): Promise<void> {
  const worker = new Worker(module.href, { type: "module" });
  return new Promise<void>((done) => {
    worker.onmessage = () => done();
    worker.onerror = (event) => {
      event.preventDefault();
      done();
    };
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}

/** The part of a helping thread. */
export async function helpWith(task: WarmUpTask): Promise<void> {
  const gpu = await openGpu(task.choice);
  await takeJobs(new Pipelines(gpu), task);
  gpu.close();
}
