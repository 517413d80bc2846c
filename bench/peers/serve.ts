/**
 * A contestant as a process: prepares the task of its first argument and says so, takes one sample for each line
 * of standard input, ends with it. `bench/contest/worker.ts` is the other end; `pytorch.py` speaks the same.
 */
import type { Sampling, Task } from "../contest/tasks.ts";
import type { Greeting } from "../contest/worker.ts";

/** A task, ready to run. */
export interface Prepared extends Greeting {
  /** Asks for a number of runs and waits until the device has done them all. */
  run(count: number): Promise<void>;
}

/** Mean milliseconds of `count` runs. Waiting for the device costs some 10 ms, so short runs are timed together. */
async function milliseconds(prepared: Prepared, count: number): Promise<number> {
  const start = performance.now();
  await prepared.run(count);
  return (performance.now() - start) / count;
}

/** Most bytes this process has had in RAM, where Linux tells. */
function peakMemory(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}

const say = (message: Record<string, unknown>) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));

/** Serves the task of this process and ends the process. */
export async function serve(prepare: (task: Task) => Promise<Prepared>): Promise<never> {
  const task = JSON.parse(Deno.args[0]!) as Task & Sampling;
  const prepared = await prepare(task);
  const { run: _, ...greeting } = prepared;
  let count = 1;
  if (task.kind !== "cold") {
    const first = await milliseconds(prepared, 1); // compiles
    const again = first > task.fill ? await milliseconds(prepared, 1) : await milliseconds(prepared, 3);
    count = Math.max(1, Math.min(task.most, Math.round(task.fill / again)));
  }
  say(greeting);
  for await (const chunk of Deno.stdin.readable) {
    for (const byte of chunk) {
      if (byte === 10) say({ milliseconds: await milliseconds(prepared, count), peakMemory: peakMemory() });
    }
  }
  Deno.exit(0);
}
