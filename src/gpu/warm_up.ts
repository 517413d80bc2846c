/**
 * Compiles the kernels of a run at its beginning. A software driver compiles a kernel at its first dispatch, on the
 * one thread of the device's queue. For a supernet that takes half a minute, in which waiting for the device blocks
 * this thread, signals and all. Instead, devices in other threads compile at the same time; what one of them has
 * compiled, the others find in the driver's cache on disk. A browser has such threads itself: it is asked for all
 * kernels at once.
 */
import { codeOf } from "../plan/joined.ts";
import type { AdapterChoice, Gpu } from "./device.ts";
import { compilesAside, mayStart } from "./host.ts";
import type { Job, Pipelines } from "./pipelines.ts";
import { takeJobs, type WarmUpTask } from "./warm_up_jobs.ts";
// So that a package has it.
import type {} from "./warm_up_worker.ts";

/** Fewer kernels are compiled as they come. */
const fewest = 6;
const mostHelpers = 4;
/** Milliseconds between two notes of progress. */
const quiet = 5000;
/** Milliseconds between two looks at how far the helpers are. */
const pause = 500;

export class WarmUp {
  constructor(
    private readonly gpu: Pick<Gpu, "info">,
    private readonly pipelines: Pick<Pipelines, "fresh" | "get" | "warm">,
    private readonly choice: AdapterChoice,
  ) {}

  /**
   * Compiles what is new among the jobs, and says how far it is where that takes long. `signal` stops it with its reason;
   * the kernels that are being compiled then end by themselves.
   */
  async prepare(jobs: readonly Job[], note: (line: string) => void, signal?: AbortSignal): Promise<void> {
    const fresh = this.pipelines.fresh(jobs);
    signal?.throwIfAborted();
    if (compilesAside) return await this.#askForAll(fresh, note, signal);
    if (fresh.length < fewest) return;
    if (!this.gpu.info.software) return await this.#inTurn(fresh, note, signal);
    const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
    const onAbort = () => stop(signal!.reason);
    signal?.addEventListener("abort", onAbort);
    const task = { choice: this.choice, jobs: inOrder(fresh), taken: counter() };
    try {
      await Promise.race([this.#share(task, note, signal), stopped]);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      // After a failure the others find nothing left to take.
      Atomics.store(task.taken, 0, task.jobs.length);
    }
  }

  async #askForAll(
    jobs: readonly Job[],
    note: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const say = progress(jobs.length, note);
    let compiled = 0;
    await Promise.all(jobs.map(async (job) => {
      await this.pipelines.get(job);
      signal?.throwIfAborted();
      say(++compiled);
    }));
  }

  /** A GPU's driver compiles a kernel when its pipeline is made, some for seconds. */
  async #inTurn(
    jobs: readonly Job[],
    note: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const say = progress(jobs.length, note);
    for (const [compiled, job] of jobs.entries()) {
      say(compiled);
      await this.pipelines.get(job);
      // A signal arrives between two tasks only.
      await new Promise((done) => setTimeout(done, 0));
      signal?.throwIfAborted();
    }
  }

  async #share(task: WarmUpTask, note: (line: string) => void, signal?: AbortSignal): Promise<void> {
    const { jobs: { length }, taken } = task;
    const say = progress(length, note);
    const most = mayStart(workerModule()) ? Math.min(mostHelpers, navigator.hardwareConcurrency) : 0;
    const helpers: Promise<void>[] = [];
    await takeJobs(this.pipelines, task, (taken, slow) => {
      if (!slow) return false;
      say(taken);
      if (helpers.length === 0 && length - taken >= fewest) {
        for (let i = 0; i < most; i++) helpers.push(help(task));
      }
      return helpers.length > 0;
    });
    if (helpers.length === 0) return;
    const timer = setInterval(() => say(Atomics.load(taken, 0)), pause);
    await Promise.all(helpers);
    clearInterval(timer);
    if (signal?.aborted) return;
    // From the driver's cache, but for what no helper could.
    await takeJobs(this.pipelines, { ...task, taken: counter() });
  }
}

/** Says how many kernels are compiled, every few seconds until all are. */
function progress(all: number, note: (line: string) => void): (compiled: number) => void {
  let next = 0;
  return (compiled) => {
    if (compiled >= all || performance.now() < next) return;
    note(`Compiling kernels: ${compiled} of ${all}`);
    next = performance.now() + quiet;
  };
}

const counter = () => new Int32Array(new SharedArrayBuffer(4));

/**
 * From the longest code, which takes the longest to compile, more or less, and should not come last; but first one of
 * middle length, which tells soon whether the driver knows these kernels.
 */
function inOrder(jobs: readonly Job[]): Job[] {
  const lengths = new Map(
    jobs.map((job) => [job, codeOf(job.kernel, job.joined).length]),
  );
  const falling = jobs.toSorted((a, b) => lengths.get(b)! - lengths.get(a)!);
  return [...falling.splice(falling.length >> 1, 1), ...falling];
}

const workerModule = (): URL => new URL(import.meta.resolve("./warm_up_worker.ts"));

/** Resolves when a thread has compiled its part, or could not: everything works without it, only later. */
function help(task: WarmUpTask): Promise<void> {
  const worker = new Worker(workerModule().href, { type: "module" });
  return new Promise<void>((done) => {
    worker.onmessage = () => done();
    worker.onerror = (event) => {
      event.preventDefault();
      done();
    };
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
