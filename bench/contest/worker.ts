/** A contestant's process, from the side that asks: `bench/peers/serve.ts` is the other end. */
import type { Sampling, Task } from "./tasks.ts";

/** How to start a contestant; the task is added as the last argument. */
export interface Starter {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a contestant says once it is ready. */
export interface Greeting {
  readonly version: string;
  /** Numbers that its network learns, where it has one: all contestants of a row have as many. */
  readonly parameters?: number;
  /** Device memory of a run, where it is planned. */
  readonly bytes?: number;
  /** Of a contestant that knows it. */
  readonly device?: Device;
}

export interface Device {
  readonly adapter: string;
  readonly driver: string;
  /** Whether it computes on the processor, so that its memory is the process's. */
  readonly software: boolean;
}

export interface Sample {
  /** Of one run of the task. */
  readonly milliseconds: number;
  /** The most memory its process has had in RAM so far, in bytes, where the system tells. */
  readonly peakMemory?: number;
}

/** A contestant that has compiled and run its task, and idles. */
export interface Worker {
  readonly greeting: Greeting;
  /** Milliseconds from starting its process until it was ready. */
  readonly readyAfter: number;
  sample(): Promise<Sample>;
  /** Ends the process. */
  stop(): Promise<void>;
}

/**
 * Starts a contestant and waits until it is ready. Throws an error with the last it said if it fails. When the signal
 * aborts it is killed, whatever it is at: it has nothing to save.
 */
export async function startWorker(
  starter: Starter,
  task: Task & Sampling,
  signal: AbortSignal,
): Promise<Worker> {
  signal.throwIfAborted();
  const begun = performance.now();
  const child = new Deno.Command(starter.command, {
    args: [...starter.args, JSON.stringify(task)],
    env: { ...starter.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended.
    }
  };
  signal.addEventListener("abort", kill);
  addEventListener("unload", kill);
  const ended = child.status.finally(() => {
    signal.removeEventListener("abort", kill);
    removeEventListener("unload", kill);
  });
  const complaints = new Response(child.stderr).text();
  const messages = jsonLines(child.stdout);
  const requests = child.stdin.getWriter();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await messages.next();
    if (done) throw new Error(lastWords(await complaints));
    return value as T;
  };
  const greeting = await next<Greeting>();
  return {
    greeting,
    readyAfter: performance.now() - begun,
    async sample() {
      // Writing to a process that has ended fails; what it said last is told by `next`.
      await requests.write(Uint8Array.of(10)).catch(() => {});
      return await next<Sample>();
    },
    async stop() {
      await requests.close().catch(() => {});
      await ended;
    },
  };
}

/** The objects among the lines of a stream; libraries print other lines too. */
async function* jsonLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<unknown> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line);
  }
}

/** The line of an error output that says what went wrong: Deno's first, Python's last. */
export function lastWords(output: string): string {
  // deno-lint-ignore no-control-regex
  const lines = output.replace(/\x1b\[[0-9;]*m/g, "").split("\n").map((line) => line.trim());
  const said = lines.find((line) => /^error: /i.test(line)) ?? lines.findLast((line) => line !== "");
  return said?.replace(/^error: (Uncaught )?(\(in promise\) )?/i, "") ?? "it ended without a word";
}
