/** Runs of `search` as child processes, some at a time. */
import { taskArguments } from "../../src/cli/tasks.ts";
import { type ExitCode, UserError } from "../../src/errors.ts";
import { fromFileUrl, join } from "../../src/io/paths.ts";
import { starterVariable } from "../../src/setup/parent.ts";
import { statIfThere } from "../../src/io/read.ts";
import { logName } from "./folder.ts";
import type { PlannedRun } from "./runs.ts";

/** Why a run did not come to its end. */
export interface Failure {
  readonly code: number;
  /** One sentence: the child's own last words, or how it ended. */
  readonly message: string;
}

/** Exit code of a run that was asked to stop. */
export const interrupted = 130;

const userCodes: readonly number[] = [2, 3, 4, 5] satisfies ExitCode[];

/** The error that a command ends with whose runs failed: of the kind of the first failure. */
export const failureError = ({ code }: Pick<Failure, "code">, sentence: string): Error =>
  userCodes.includes(code) ? new UserError(code as ExitCode, sentence) : new Error(sentence);

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
  const log = join(directory, logName);
  const script = fromFileUrl(new URL(searchTask.at(-1)!, root));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...searchTask.slice(0, -1), script, ...args],
    // A search that is left alone, by a comparison that was killed, saves and stops.
    env: { NO_COLOR: "1", [starterVariable]: String(Deno.pid) },
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
  const keep = (stream: ReadableStream<Uint8Array>) =>
    stream.pipeTo(Deno.openSync(log, { write: true, create: true, append: true }).writable);
  const [{ code, signal: killedBy }] = await Promise.all([
    child.status,
    keep(child.stdout),
    keep(child.stderr),
  ]);
  signal.removeEventListener("abort", stop);
  removeEventListener("unload", kill);
  if (code === 0) return undefined;
  const words = new TextDecoder().decode(Deno.readFileSync(log).subarray(before));
  const said = words.split("\n").findLast((line) => line.startsWith("error: "));
  const message = said?.slice("error: ".length) ??
    (killedBy !== null
      ? `It was ended by ${killedBy}.`
      : code === 130
      ? "It was stopped."
      : `It ended with exit code ${code}.`);
  return { code, message: /[.!?]$/.test(message) ? message : `${message}.` };
}

/**
 * Does the work of all items, at most `jobs` of them at the same time, in their order; begins none after an abort.
 */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined && !signal.aborted; item = left.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
