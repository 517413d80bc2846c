/** The folder of a comparison and the runs that lie in it already: finished, unfinished, or someone else's. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { kebab } from "../../src/config/describe.ts";
import { usageError } from "../../src/errors.ts";
import { makeFolder, toJson } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { createRunDirectory } from "../../src/io/run_directory.ts";
import { readJson } from "./run_files.ts";
import type { PlannedRun } from "./runs.ts";

/** What the child's output goes into. */
export const logName = "log.txt";
export const recordName = "comparison.json";

/** Settings of a run that do not change what comes out of it. */
const asides = ["out", "json", "quiet", "dryRun", "explain"];

/**
 * Chooses the folder, which may hold a comparison with the same shared settings. Raises a usage error where those
 * are others, where it holds a run, or where it cannot be written to.
 */
export function comparisonFolder({ out, settings }: CompareConfig): string {
  const { path } = createRunDirectory(out, { label: "comparison" });
  const record = readJson(join(path, recordName));
  if (record === undefined) return path;
  const before = record["settings"] as Record<string, unknown> | undefined ?? {};
  const key = differing(before, settings);
  if (key === undefined) return path;
  const shown = (values: Readonly<Record<string, unknown>>) =>
    key in values ? String(values[key]) : "not given";
  throw usageError(
    `The comparison in ${path} was run with other settings (--${kebab(key)}: ${shown(before)} there, ` +
      `${shown(settings)} here); give the same ones or choose another --out.`,
  );
}

/**
 * Makes the folder and keeps any other comparison out of it until this is closed or the process ends. Raises a usage
 * error where another one runs there: it would remove runs that are under way.
 */
export function claim(folder: string): Deno.FsFile {
  makeFolder(folder);
  const file = Deno.openSync(join(folder, ".lock"), { write: true, create: true });
  if (file.tryLockSync(true)) return file;
  throw usageError(`Another comparison runs in ${folder}; wait for its end or choose another --out.`);
}

/** The first key by which two records differ, once written as JSON. */
function differing(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string | undefined {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.find((key) => toJson(a[key] ?? null) !== toJson(b[key] ?? null));
}

/**
 * Whether a run is finished already. What a run left that did not come to its end is removed, if it is this very run.
 * Raises a usage error if the folder holds a run with other settings, or something else.
 */
export function isFinished({ directory, config }: PlannedRun): boolean {
  const names = entries(directory);
  if (names === undefined || names.every((name) => name === logName)) return false;
  const there = readJson(join(directory, "config.json"));
  if (there === undefined) {
    throw usageError(
      `${directory} holds no run (it has no config.json); choose another --out or remove it first.`,
    );
  }
  const kept = ([key]: [string, unknown]) => !asides.includes(key);
  const wanted = Object.fromEntries(Object.entries(config).filter(kept));
  const key = differing(Object.fromEntries(Object.entries(there).filter(kept)), wanted);
  if (key !== undefined) {
    throw usageError(
      `${directory} holds a run with other settings (--${kebab(key)}: ${there[key]} there, ${
        wanted[key]
      } here); ` +
        "choose another --out or remove it first.",
    );
  }
  if (names.includes("result.json")) return true;
  Deno.removeSync(directory, { recursive: true });
  return false;
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
