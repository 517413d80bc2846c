/** Runs of `search` as child processes, some at a time. */
import { taskArguments } from "../../src/cli/tasks.ts";
import { type ExitCode, UserError } from "../../src/errors.ts";
import { fromFileUrl, join } from "../../src/io/paths.ts";
import { starterVariable } from "../../src/setup/parent.ts";
import { statIfThere } from "../../src/io/read.ts";
import { setting } from "../../src/setting.ts";
import { type Failure, forgetEnd, keepEnd, logName } from "./ended.ts";
import type { PlannedRun } from "./runs.ts";

const userCodes: readonly number[] = [2, 3, 4, 5] satisfies ExitCode[];

/** Of a process that was killed, as a shell tells it; often it was the system, which had no more memory. */
const killed = 137;

/** The error that a command ends with whose runs failed: of the kind of the first failure. */
export function failureError({ code }: Pick<Failure, "code">, sentence: string): Error {
  if (userCodes.includes(code)) return new UserError(code as ExitCode, sentence);
  // Nothing that this project did ends a process by a signal.
  if (code <= 128) return new Error(sentence);
  const memory = ` The system does that where memory runs out: fewer ${setting("jobs")} at a time take less.`;
  return new UserError(3, code === killed ? sentence + memory : sentence);
}

const root = new URL("../../", import.meta.url);

const searchTask = taskArguments("search");

/**
 * Runs one search to its end, in a folder that is there, what it says going into its log. Returns why it failed, if
 * it did. When the signal aborts it is asked to save and stop; when this process ends before, it is killed.
 */
export async function runChild(
  { directory }: PlannedRun,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  forgetEnd(directory);
  const log = join(directory, logName);
  const script = fromFileUrl(new URL(searchTask.at(-1)!, root));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...searchTask.slice(0, -1), script, ...args],
    env: {
      NO_COLOR: "1",
      // A search that is left alone, by a comparison that was killed, saves and stops.
      [starterVariable]: String(Deno.pid),
      // The paths that it is given are no longer those that a user typed in a folder further down.
      INIT_CWD: Deno.cwd(),
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // A process group of its own: the terminal's Ctrl-C reaches this process only, which passes one on.
    detached: true,
  }).spawn();
  const send = (name: Deno.Signal) => () => {
    try {
      child.kill(name);
    } catch {
      // It has just ended.
    }
  };
  const [stop, kill] = [send("SIGTERM"), send("SIGKILL")];
  signal.addEventListener("abort", stop);
  addEventListener("unload", kill);
  const before = statIfThere(log)?.size ?? 0;
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    try {
      await stream.pipeTo(Deno.openSync(log, { write: true, create: true, append: true }).writable);
    } catch {
      // The disk takes nothing more: how the search ended says so.
    }
  };
  // Deno gives the code that a shell does for a child that a signal ended.
  const [{ code }] = await Promise.all([child.status, keep(child.stdout), keep(child.stderr)]);
  signal.removeEventListener("abort", stop);
  removeEventListener("unload", kill);
  return code === 0 ? undefined : keepEnd(directory, code, before);
}

/** Milliseconds between two looks at items that others do. */
const look = 250;

/**
 * Does the work of all items, at most `jobs` of them at the same time, in their order; those that `take` does not get
 * come when it does. Begins none after an abort.
 */
export async function inParallel<T>(
  items: readonly T[],
  { jobs, signal, take }: {
    readonly jobs: number;
    readonly signal: AbortSignal;
    /** Keeps others from an item; undefined where one of them has it. */
    readonly take: (item: T) => Disposable | undefined;
  },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = new Set(items);
  const takeFirst = () => {
    for (const item of left) {
      const taken = take(item);
      if (taken !== undefined) return { item, taken };
    }
  };
  const worker = async () => {
    while (left.size > 0 && !signal.aborted) {
      const first = takeFirst();
      if (first === undefined) {
        await new Promise((wait) => setTimeout(wait, look));
        continue;
      }
      using _taken = first.taken;
      left.delete(first.item);
      await work(first.item);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
