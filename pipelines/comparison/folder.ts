/** The folder of a comparison and the runs that lie in it already: finished, stopped, or someone else's. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { kebab } from "../../src/config/describe.ts";
import { differingKey } from "../../src/config/resume.ts";
import { usageError } from "../../src/errors.ts";
import { hasCheckpoints } from "../../src/io/checkpoint.ts";
import { join } from "../../src/io/paths.ts";
import { readJson } from "../../src/io/read.ts";
import {
  checkUnused,
  createRunDirectory,
  openRunDirectory,
  type RunDirectory,
} from "../../src/io/run_directory.ts";
import type { PlannedRun } from "./runs.ts";

/** What the child's output goes into. */
export const logName = "log.txt";
export const recordName = "comparison.json";

/**
 * The folder, which may hold a comparison with the same shared settings. Raises a usage error where those are others,
 * where it holds a run, where another process runs in it, or where it cannot be written to.
 */
export function comparisonDirectory({ out, resume, settings }: CompareConfig): RunDirectory {
  const path = resume ?? out;
  const record = path === undefined ? undefined : recordIn(path);
  if (path === undefined || (record === undefined && resume === undefined)) {
    return createRunDirectory(path, { label: "comparison" });
  }
  const directory = openRunDirectory(path, recordName);
  const before = record?.["settings"] as Record<string, unknown> | undefined ?? {};
  const key = differingKey(before, settings);
  if (key === undefined) return directory;
  const shown = (values: Readonly<Record<string, unknown>>) =>
    key in values ? String(values[key]) : "not given";
  throw usageError(
    `The comparison in ${path} was run with other settings (--${kebab(key)}: ${shown(before)} there, ` +
      `${shown(settings)} here); give the same ones or choose another --out.`,
  );
}

/** What a comparison in this folder wrote of itself, or undefined where there is none. */
export const recordIn = (folder: string) => isFolder(folder) ? readJson(join(folder, recordName)) : undefined;

/** Where a run is: to be begun, to be gone on with from its checkpoint, or at its end. */
export type RunState = "new" | "stopped" | "finished";

/**
 * How far a run is. What it left is removed if nothing of it can be gone on with, and it is this very run. Raises a
 * usage error if the folder holds a run with other settings, or something else, or if another process runs in it.
 */
export function stateOf({ directory, config }: PlannedRun): RunState {
  const names = entries(directory);
  if (names === undefined) return "new";
  checkUnused(directory);
  if (names.every((name) => name === logName || name.startsWith("."))) return "new";
  const there = readJson(join(directory, "config.json"));
  if (there === undefined) {
    throw usageError(
      `${directory} holds no run (it has no config.json); choose another --out or remove it first.`,
    );
  }
  const wanted: Readonly<Record<string, unknown>> = { ...config };
  const key = differingKey(there, wanted);
  if (key !== undefined) {
    throw usageError(
      `${directory} holds a run with other settings (--${kebab(key)}: ${there[key]} there, ${
        wanted[key]
      } here); ` +
        "choose another --out or remove it first.",
    );
  }
  if (names.includes("result.json")) return "finished";
  if (hasCheckpoints(join(directory, "checkpoints"))) return "stopped";
  Deno.removeSync(directory, { recursive: true });
  return "new";
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function entries(folder: string): string[] | undefined {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw usageError(`Cannot use ${folder} as a run directory: it is not a folder that can be read.`, {
      cause: error,
    });
  }
}
