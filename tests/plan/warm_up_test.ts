/** Compiling before the first step: every kernel once, by whichever thread is free. */
import { assert, assertEquals, assertRejects } from "deno-std/assert";
import { jobsOf } from "../../src/gpu/program.ts";
import type { DeviceInfo } from "../../src/gpu/mod.ts";
import type { Job } from "../../src/gpu/pipelines.ts";
import { WarmUp } from "../../src/gpu/warm_up.ts";
import { takeJobs, type WarmUpTask } from "../../src/gpu/warm_up_jobs.ts";
import { depthwise, input, pointwise, relu } from "../../src/graph/ops/mod.ts";
import { compile } from "../../src/plan/compile.ts";

const counter = () => new Int32Array(new SharedArrayBuffer(4));
const jobs = Array.from(
  { length: 23 },
  (_, data): Job => ({ kernel: { label: "", source: "" }, data, joined: [], shared: false }),
);

/** Stands in for a device on which a kernel takes so long. */
const device = (milliseconds: number, batches: Job[][]) => ({
  warm: async (batch: readonly Job[]) => {
    batches.push([...batch]);
    await new Promise((done) => setTimeout(done, milliseconds * batch.length));
  },
});

Deno.test("two devices compile every kernel once; where it is slow, one at a time", async () => {
  const [slow, fast]: Job[][][] = [[], []];
  const taken = counter();
  await Promise.all([
    takeJobs(device(80, slow!), { jobs, taken }),
    takeJobs(device(1, fast!), { jobs, taken }),
  ]);
  const all = [...slow!, ...fast!].flat();
  assertEquals(all.map(({ data }) => data).toSorted((a, b) => a - b), jobs.map(({ data }) => data));
  assert(slow!.every((batch) => batch.length === 1));
  assert(fast!.length < 8, "kernels that the driver knows are not worth a wait each");
});

Deno.test("a thread of its own compiles what is left", async () => {
  const x = input("x", [4, 2, 5, 8]);
  const plan = compile({ y: relu(x), z: pointwise(x, input("w", [4, 4])) }, { maxBinding: 2 ** 27 });
  const task: WarmUpTask = { choice: "high-performance", jobs: jobsOf(plan, false), taken: counter() };
  const worker = new Worker(new URL("../../src/gpu/warm_up_worker.ts", import.meta.url).href, {
    type: "module",
  });
  await new Promise<void>((done, fail) => {
    worker.onmessage = () => done();
    worker.onerror = (event) => fail(new Error(event.message));
    worker.postMessage(task);
  });
  worker.terminate();
  assertEquals(task.jobs.length, 2);
  assert(Atomics.load(task.taken, 0) >= 2);
});

Deno.test("a signal stops the warm-up with its reason, and does not wait for the kernel that is being compiled", async () => {
  const stop = new AbortController();
  const batches: Job[][] = [];
  const pipelines = {
    fresh: (jobs: readonly Job[]) => [...jobs],
    get: () => Promise.reject(),
    warm: async (batch: readonly Job[]) => {
      batches.push([...batch]);
      if (batches.length < 3) return await new Promise<void>((done) => setTimeout(done, 80));
      stop.abort(new Error("enough"));
      // A kernel that takes as long as it likes.
      await new Promise(() => {});
    },
  };
  const warmUp = new WarmUp({ info: { software: true } as DeviceInfo }, pipelines, "software");
  await assertRejects(() => warmUp.prepare(jobs.slice(0, 6), () => {}, stop.signal), Error, "enough");
  assertEquals(batches.length, 3);
});

Deno.test("where kernels are slow other threads compile them, and this one then finds what they left", async () => {
  const filter = input("filter", [4, 9]);
  // A kernel for each width.
  const kernels = [4, 8, 12, 16].flatMap((width) => {
    const x = input(`x${width}`, [4, 2, 6, width]);
    return ([1, 2] as const).map((stride) => depthwise(x, filter, { kernel: 3, stride, dilation: 1 }));
  });
  const plan = compile(Object.fromEntries(kernels.map((y, i) => [`y${i}`, y])), { maxBinding: 2 ** 27 });
  const batches: Job[][] = [];
  let ms = 80;
  const pipelines = {
    fresh: (jobs: readonly Job[]) => [...jobs],
    get: () => Promise.reject(),
    warm: async (batch: readonly Job[]) => {
      await device(ms, batches).warm(batch);
      ms = 0;
    },
  };
  const notes: string[] = [];
  const all = jobsOf(plan, false);
  assert(all.length > 6, `${all.length}`);
  const warmUp = new WarmUp({ info: { software: true } as DeviceInfo }, pipelines, "high-performance");
  await warmUp.prepare(all, (line) => notes.push(line));
  assertEquals(notes[0], `Compiling kernels: 1 of ${all.length}`);
  const [first, ...rest] = batches;
  assertEquals(first!.length, 1);
  assertEquals(new Set(rest.flat()), new Set(all));
  assertEquals(rest.flat().length, all.length);
});

Deno.test("a GPU's driver compiles kernels one after the other, says how far it is, and stops on a signal", async () => {
  const stop = new AbortController();
  const [made, notes]: [Job[], string[]] = [[], []];
  const pipelines = {
    fresh: (jobs: readonly Job[]) => [...jobs],
    get: (job: Job) => {
      made.push(job);
      if (made.length === 15) stop.abort(new Error("stopped"));
      return Promise.resolve({} as GPUComputePipeline);
    },
    warm: () => Promise.reject(),
  };
  const info = { software: false } as DeviceInfo;
  const warmUp = new WarmUp({ info }, pipelines, "high-performance");
  await warmUp.prepare(jobs.slice(0, 10), (line) => notes.push(line));
  assertEquals(made, jobs.slice(0, 10));
  assertEquals(notes, ["Compiling kernels: 0 of 10"]);
  await assertRejects(() => warmUp.prepare(jobs, () => {}, stop.signal), Error, "stopped");
  assertEquals(made.length, 15);
});
