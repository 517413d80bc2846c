/** What was handed to SLURM, as files in the folder of the comparison. */
import { makeFolder, removeFile, writeFileAtomic, writeJson } from "../../src/io/files.ts";
import { basename, join } from "../../src/io/paths.ts";
import { readJson } from "../../src/io/read.ts";

/** An array of jobs that was handed in. */
export interface Submission {
  /** Of its jobs: no other ones have it, while numbers of jobs come again. */
  readonly name: string;
  /** When, by the clock of the machine that handed it in: `2026-01-31T23:59:59`. */
  readonly submitted: string;
  /** By their names; the place is that of the task in the array. */
  readonly runs: readonly string[];
  /** The words of `sbatch`, for the reader. */
  readonly command: readonly string[];
}

/** Where a task of a run was handed in last. */
export interface Task {
  readonly submission: Submission;
  readonly index: number;
}

/** Where scripts, records and SLURM's own words lie in a comparison's folder. */
export const slurmFolder = (folder: string): string => join(folder, "slurm");

/** A name for an array of jobs that no other has, after the folder. */
export function newName(folder: string): string {
  const plain = basename(folder).replace(/[^A-Za-z0-9_.-]/g, "-").slice(0, 40);
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return `${plain}-${random!.toString(16).padStart(8, "0")}`;
}

/** Writes script and record, before they are handed in. Returns the path of the script. */
export function keepSubmission(folder: string, submission: Submission, script: string): string {
  const path = pathOf(folder, submission, "sh");
  makeFolder(slurmFolder(folder));
  writeFileAtomic(path, script);
  writeJson(pathOf(folder, submission, "json"), submission);
  return path;
}

/** Forgets what SLURM did not take. */
export const dropSubmission = (folder: string, submission: Submission): void =>
  ["sh", "json"].forEach((ending) => removeFile(pathOf(folder, submission, ending)));

const pathOf = (folder: string, { name }: Pick<Submission, "name">, ending: string): string =>
  join(slurmFolder(folder), `${name}.${ending}`);

/** The last task of each run that was handed in, by the names of the runs. */
export function lastTasks(folder: string): Map<string, Task> {
  const all = names(slurmFolder(folder)).filter((name) => name.endsWith(".json"))
    .map((name) => readJson(join(slurmFolder(folder), name)) as unknown as Submission)
    .sort((a, b) => a.submitted < b.submitted ? -1 : 1);
  return new Map(
    all.flatMap((submission) => submission.runs.map((run, index) => [run, { submission, index }] as const)),
  );
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
