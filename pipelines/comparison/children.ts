/** Runs of `search` as child processes, some at a time. */
import deno from "../../deno.json" with { type: "json" };
import { makeFolder } from "../../src/io/files.ts";
import { fromFileUrl, join } from "../../src/io/paths.ts";
import { logName } from "./folder.ts";
import type { PlannedRun } from "./runs.ts";

/** Why a run did not come to its end. */
export interface Failure {
  readonly code: number;
  /** One sentence: the child's own last words, or how it ended. */
  readonly message: string;
}

const root = new URL("../../", import.meta.url);

/** The task `search`, permissions included, as deno.json has it; its last word is the script. */
const searchTask = deno.tasks.search.split(" ").slice(1);

/** Runs one search to its end, what it says going into its log. Returns why it failed, if it did. */
export async function runChild(run: PlannedRun, signal: AbortSignal): Promise<Failure | undefined> {
  makeFolder(run.directory);
  const log = join(run.directory, logName);
  const script = fromFileUrl(new URL(searchTask.at(-1)!, root));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...searchTask.slice(0, -1), script, ...run.args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = () => child.kill("SIGTERM");
  signal.addEventListener("abort", kill);
  Deno.writeTextFileSync(log, "");
  const keep = (stream: ReadableStream<Uint8Array>) =>
    stream.pipeTo(Deno.openSync(log, { write: true, append: true }).writable);
  const [{ code, signal: killedBy }] = await Promise.all([
    child.status,
    keep(child.stdout),
    keep(child.stderr),
  ]);
  signal.removeEventListener("abort", kill);
  if (code === 0) return undefined;
  const said = Deno.readTextFileSync(log).split("\n").findLast((line) => line.startsWith("error: "));
  const message = said?.slice("error: ".length) ??
    (killedBy === null ? `It ended with exit code ${code}.` : `It was ended by ${killedBy}.`);
  return { code, message: /[.!?]$/.test(message) ? message : `${message}.` };
}

/** Does the work of all items, at most `jobs` of them at the same time, in their order; begins none after an abort. */
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
