/** The folder of a comparison and the runs that lie in it already: finished, stopped, or someone else's. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { differingKey } from "../../src/config/resume.ts";
import { compareCommand, searchCommand } from "../../src/config/spec.ts";
import { upgraded } from "../../src/config/upgrade.ts";
import { usageError } from "../../src/errors.ts";
import { hasCheckpoints, newestCheckpoint } from "../../src/io/checkpoint.ts";
import { makeFolder, reason } from "../../src/io/files.ts";
import { occupant } from "../../src/io/lock.ts";
import { join } from "../../src/io/paths.ts";
import { readError, readJson, statIfThere } from "../../src/io/read.ts";
import { createRunDirectory, openRunDirectory, type RunDirectory } from "../../src/io/run_directory.ts";
import { setting } from "../../src/setting.ts";
import type { PlannedRun } from "./runs.ts";

/** What the child's output goes into. */
export const logName = "log.txt";
export const recordName = "comparison.json";

/**
 * The folder, which may hold a comparison with the same shared settings. Throws a usage error where those are others,
 * where it holds a run, where another process runs in it, or where it cannot be written to.
 */
export function comparisonDirectory({ out, resume, settings }: CompareConfig): RunDirectory {
  const path = resume ?? out;
  const record = path === undefined ? undefined : recordIn(path);
  if (path === undefined || (record === undefined && resume === undefined)) {
    return createRunDirectory(path, { label: "comparison" });
  }
  const directory = openRunDirectory(path, recordName);
  const written = record?.["settings"] as Record<string, unknown> | undefined ?? {};
  const before = upgraded(compareCommand, written, join(path, recordName)).settings;
  const key = differingKey(before, resume === undefined ? settings : { ...settings, data: before["data"] });
  if (key === undefined) return directory;
  const shown = (values: Readonly<Record<string, unknown>>) =>
    key in values ? String(values[key]) : "not given";
  throw usageError(
    `The comparison in ${path} was run with other settings (${setting(key)}: ${shown(before)} there, ` +
      `${shown(settings)} here); give the same ones or choose another ${setting("out")}.`,
  );
}

/** What a comparison in this folder wrote of itself, or undefined where there is none. */
export const recordIn = (folder: string) => isFolder(folder) ? readJson(join(folder, recordName)) : undefined;

/** Where a run is. */
export type RunState =
  /** It has still to begin, or is to begin anew: nothing that it left can be resumed. */
  | { readonly kind: "new" }
  /** The same, though it left checkpoints. */
  | { readonly kind: "damaged" }
  /** To be resumed from its checkpoint. */
  | { readonly kind: "stopped" }
  /** Another process does it, in words: its number. */
  | { readonly kind: "busy"; readonly by: string }
  | { readonly kind: "finished" };

/** How far a run is. Throws a usage error if the folder holds a run with other settings, or something else. */
export function stateOf({ directory, config }: PlannedRun): RunState {
  const names = entries(directory);
  if (names === undefined) return { kind: "new" };
  const by = occupant(directory);
  if (by !== undefined) return { kind: "busy", by };
  if (names.every((name) => name === logName || name.startsWith("."))) return { kind: "new" };
  const path = join(directory, "config.json");
  const written = readJson(path);
  if (written === undefined) {
    throw usageError(
      `${directory} holds no run (it has no config.json); choose another ${
        setting("out")
      } or remove it first.`,
    );
  }
  const there: Readonly<Record<string, unknown>> = {
    ...resolve(searchCommand, { flags: {}, file: recordOf(written, path) }),
  };
  // Where the images lie may have changed; which they are, the runs tell.
  const wanted: Readonly<Record<string, unknown>> = { ...config, data: there["data"] };
  const key = differingKey(there, wanted);
  if (key !== undefined) {
    throw usageError(
      `${directory} holds a run with other settings (${setting(key)}: ${there[key]} there, ${
        wanted[key]
      } here); ` +
        `choose another ${setting("out")} or remove it first.`,
    );
  }
  if (names.includes("result.json")) return { kind: "finished" };
  const checkpoints = join(directory, "checkpoints");
  if (!hasCheckpoints(checkpoints)) return { kind: "new" };
  return { kind: isWhole(checkpoints) ? "stopped" : "damaged" };
}

/** Whether one of the checkpoints in a folder can be resumed. Throws a data error where that cannot be told. */
function isWhole(folder: string): boolean {
  try {
    return newestCheckpoint(folder) !== undefined;
  } catch {
    // One that only cannot be read now is not to be lost.
    for (const { name, isFile } of Deno.readDirSync(folder)) if (isFile) checkReadable(join(folder, name));
    return false;
  }
}

function checkReadable(path: string): void {
  try {
    Deno.openSync(path).close();
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** Empties the folder of a run that begins anew, or makes it. Throws a usage error where that cannot be done. */
export function clear({ directory }: PlannedRun): void {
  try {
    if (isFolder(directory)) Deno.removeSync(directory, { recursive: true });
  } catch (cause) {
    throw usageError(`Cannot remove what is left of the run in ${directory}: ${reason(cause)}.`, { cause });
  }
  makeFolder(directory);
}

const isFolder = (path: string): boolean => statIfThere(path)?.isDirectory ?? false;

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
