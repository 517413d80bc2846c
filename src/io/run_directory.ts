/**
 * A run is a folder: settings, environment, metrics, genotype, weights, report. This file decides where it lies
 * and guards it; what goes in is the pipelines' business.
 */
import { usageError } from "../errors.ts";
import { appendJsonLine, makeFolder, reason, writeFileAtomic, writeJson } from "./files.ts";
import { dirname, join } from "./paths.ts";

/** Files by which a folder is known to hold a run. */
const RUN_FILES = [
  "config.json",
  "environment.json",
  "metrics.jsonl",
  "alphas.jsonl",
  "genotype.json",
  "supernet.safetensors",
  "weights.safetensors",
  "result.json",
  "report.html",
] as const;

export interface RunDirectory {
  readonly path: string;
  /** Where a file of the run lies; makes the folder. */
  file(name: string): string;
  /** Writes a JSON file, whole or not at all. */
  writeJson(name: string, value: unknown): void;
  /** Writes a text file, whole or not at all. */
  writeText(name: string, text: string): void;
  /** Appends one value as a line of JSON; NaN and infinities as strings. */
  appendRow(name: string, value: unknown): void;
}

export interface RunDirectoryOptions {
  /** Folder of the runs that are given no path. */
  readonly root?: string;
  /** Beginning of the name of a run that is given no path, such as "ms-darts-s5-cifar10". */
  readonly label: string;
  readonly now?: Date;
}

/**
 * Chooses and checks the folder of a new run; `path` if given, else ROOT/LABEL-YYYYMMDD-HHMMSS in UTC. Nothing
 * is made before the first file is written, so that a command refused for another reason leaves nothing behind.
 * Raises a usage error if the folder holds another run or cannot be written to, or if a part of the path is a file.
 */
export function createRunDirectory(path: string | undefined, options: RunDirectoryOptions): RunDirectory {
  const chosen = path ?? freshPath(options);
  checkFree(chosen);
  let made = false;
  const file = (name: string): string => {
    if (!made) makeFolder(chosen);
    made = true;
    return join(chosen, name);
  };
  return {
    path: chosen,
    file,
    writeJson: (name, value) => writeJson(file(name), value),
    writeText: (name, text) => writeFileAtomic(file(name), text),
    appendRow: (name, value) => appendJsonLine(file(name), value),
  };
}

/** A name that is not taken: runs started in the same second are numbered. */
function freshPath({ root = "runs", label, now = new Date() }: RunDirectoryOptions): string {
  const stamp = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const base = join(root, `${label}-${stamp}`);
  for (let n = 1;; n++) {
    const path = n === 1 ? base : `${base}-${n}`;
    if (!exists(path)) return path;
  }
}

function checkFree(path: string): void {
  if (!exists(path)) return checkParents(path);
  if (!Deno.statSync(path).isDirectory) {
    throw usageError(`Cannot use ${path} as the run directory: it is a file; choose another --out.`);
  }
  const names = new Set([...Deno.readDirSync(path)].map((entry) => entry.name));
  const found = RUN_FILES.find((name) => names.has(name));
  if (found !== undefined) {
    throw usageError(
      `The directory ${path} already holds a run (it has ${found}); choose another --out or remove it first.`,
    );
  }
  checkWritable(path);
}

/** The nearest thing that exists above a path must be a folder that can be written to. */
function checkParents(path: string): void {
  let parent = dirname(path);
  while (!exists(parent) && parent !== dirname(parent)) parent = dirname(parent);
  if (exists(parent) && !Deno.statSync(parent).isDirectory) {
    throw usageError(`Cannot make the run directory ${path}: ${parent} is a file; choose another --out.`);
  }
  checkWritable(parent, path);
}

/**
 * Raises a usage error where a folder cannot be written to. Tries it: permissions, read-only file systems and guarded
 * paths differ too much to be asked for.
 */
export function checkWritable(folder: string, run: string = folder): void {
  try {
    Deno.removeSync(Deno.makeTempDirSync({ dir: folder, prefix: ".ms-darts-" }));
  } catch (cause) {
    throw usageError(`Cannot write the run directory ${run}: ${reason(cause)}.`, { cause });
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return false;
    throw usageError(`Cannot use ${path} as the run directory: ${reason(cause)}.`, { cause });
  }
}
