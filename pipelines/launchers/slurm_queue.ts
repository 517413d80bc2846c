/** What SLURM knows of tasks: those in its queue, and where there is accounting those that have left it. */
import type { UnderWay } from "../../src/report/mod.ts";
import { printedBy, tryProgram } from "./program.ts";

/** A task of an array, by the name of its job and its place in the array. */
export const taskKey = (job: string, index: number | string): string => `${job} ${index}`;

/** States of `squeue` whose tasks have a machine, or had one a moment ago. */
const withMachine = [
  "RUNNING",
  "COMPLETING",
  "CONFIGURING",
  "STAGE_OUT",
  "STOPPED",
  "SUSPENDED",
  "SIGNALING",
];

/** What most often keeps a task waiting, in words; other reasons stand as SLURM gives them. */
const reasons: Readonly<Record<string, string>> = {
  JobArrayTaskLimit: "for the others of its array",
  Priority: "for jobs before it",
  Resources: "for a free machine",
  BeginTime: "for its turn after it was queued again",
};

/** The tasks in the queue of jobs of these names, by {@link taskKey}: one question for all. */
export async function inQueue(names: readonly string[]): Promise<Map<string, UnderWay>> {
  if (names.length === 0) return new Map();
  const format = "%j|%K|%i|%T|%N|%M|%r";
  const args = ["--noheader", "--array", `--name=${names.join(",")}`, `--format=${format}`];
  const text = await printedBy("squeue", args, "type this on one that hands jobs to SLURM");
  return new Map(
    text.split("\n").filter(Boolean).map((line) => {
      const [name = "", index = "", id = "", state = "", node = "", time = "", reason = ""] = line.split("|");
      const job = `job ${id}`;
      const task: UnderWay = withMachine.includes(state)
        ? { state: "running", words: `${job} on ${node} for ${time}` }
        : { state: "waiting", words: `${job} waits ${reasons[reason] ?? `(${reason})`}` };
      return [taskKey(name, index), task];
    }),
  );
}

/** States of `sacct` that say why a task is gone, as it is to be told; what ran out of memory does so again. */
const ends: readonly { readonly state: RegExp; readonly message: string; readonly again?: false }[] = [
  { state: /^OUT_OF_MEMORY/, message: "It ran out of memory.", again: false },
  { state: /^TIMEOUT|^DEADLINE/, message: "Its time was over before it had saved." },
  { state: /^NODE_FAIL|^BOOT_FAIL/, message: "Its machine failed." },
  { state: /^PREEMPTED/, message: "It was preempted." },
  { state: /^CANCELLED/, message: "It was cancelled." },
];

/** Why a task has left the queue. */
interface Gone {
  /** One sentence. */
  readonly message: string;
  /** Whether it would do so again. */
  readonly again: boolean;
}

const day = 86_400_000;

/**
 * What accounting tells of tasks that have left the queue, by {@link taskKey}; nothing where there is none.
 *
 * @param submitted when they were handed in, each, as `2026-01-31T23:59:59.000Z`
 */
export async function accounted(
  names: readonly string[],
  submitted: readonly string[],
): Promise<Map<string, Gone>> {
  if (names.length === 0) return new Map();
  // In a time that SLURM counts in its own zone; no other jobs have these names.
  const since = new Date(Math.min(...submitted.map(Date.parse)) - day).toISOString().slice(0, 10);
  const said = await tryProgram("sacct", [
    ...["--allocations", "--noheader", "--parsable2", "--format=JobName,JobID,State"],
    ...[`--name=${names.join(",")}`, `--starttime=${since}`],
  ]);
  if (said === undefined || said.code !== 0) return new Map();
  return new Map(
    said.stdout.split("\n").flatMap((line) => {
      const [name = "", id = "", state = ""] = line.split("|");
      const end = ends.find((end) => end.state.test(state));
      const index = /_(\d+)$/.exec(id)?.[1];
      if (end === undefined || index === undefined) return [];
      return [[taskKey(name, index), { message: end.message, again: end.again ?? true }] as const];
    }),
  );
}
