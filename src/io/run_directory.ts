/**
 * A run is a folder: settings, environment, metrics, genotype, weights, checkpoints, report. This file decides where
 * it lies and guards it; what goes in is the pipelines' business.
 */
import { runner, runsFolder } from "../environment.ts";
import { usageError, type UserError } from "../errors.ts";
import { quoted } from "../quoted.ts";
import { setting } from "../setting.ts";
import {
  attempt,
  makeFolder,
  reason,
  removeFile,
  removeTemporaries,
  tryWriting,
  writeFileAtomic,
  writeJson,
} from "./files.ts";
import { checkUnused, lockFolder, lockName, statForRun } from "./lock.ts";
import { dirname, join } from "./paths.ts";
import { readReason, statIfThere } from "./read.ts";
import { furtherFiles, runFiles, settingsName } from "./run_files.ts";
import { type RunLogs, runLogs } from "./run_logs.ts";
import { hearRequests, stopName } from "./stop_request.ts";

export interface RunDirectory extends RunLogs {
  /** Of a new run without a path of its own it is settled by `claim` or the first file. */
  readonly path: string;
  /**
   * Makes the folder and keeps other processes out of it until the claim is disposed of or this process ends; if
   * nothing was written by then the folder is removed. Throws a usage error where another process runs in it.
   *
   * @param onStop told who asks for a stop (see stop_request.ts)
   */
  claim(onStop?: (by: string) => void): Disposable;
  /** Where a file of the run lies; makes the folder. */
  file(name: string): string;
  /** Writes a JSON file, whole or not at all. */
  writeJson(name: string, value: unknown): void;
  /** Writes a text file, whole or not at all. */
  writeText(name: string, text: string): void;
  /** Removes these files if there is nothing else in the folder. */
  removeIfOnly(names: readonly string[]): void;
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
 * is made before it is claimed or the first file is written, so that a command refused for another reason leaves
 * nothing behind. Throws a usage error if the folder holds another run or cannot be written to, or if a part of the
 * path is a file.
 */
export function createRunDirectory(path: string | undefined, options: RunDirectoryOptions): RunDirectory {
  let chosen = path ?? freshPath(options);
  checkUnused(chosen);
  checkFree(chosen);
  const make = () => {
    if (path !== undefined) makeFolder(chosen);
    // Runs that are started in the same second choose the same name.
    else while (!makeNew(chosen)) chosen = freshPath(options);
  };
  return runDirectory(() => chosen, make, () => checkFree(chosen));
}

/**
 * The folder of a run that exists, to resume it. Throws a usage error if there is none, if another process runs in it,
 * or if it cannot be written to.
 */
export function openRunDirectory(path: string): RunDirectory {
  const check = () => {
    checkRun(path);
    checkWritable(path);
  };
  // A resumed run has no other folder to choose.
  const advice = `wait for its end, or stop it with: ${runner} stop ${quoted(path)}`;
  checkUnused(path, advice);
  check();
  return runDirectory(() => path, () => {}, () => {
    check();
    removeTemporaries(path);
  }, advice);
}

/** The error for a folder without a run; `verb` is what the run is needed for. */
export const noRun = (folder: string, verb: string, why: string, cause?: unknown): UserError =>
  usageError(`There is no run to ${verb} in ${folder}: ${why}.`, { cause });

/** Throws that error for a folder that does not exist or lacks the file `mark`. */
export function checkRun(folder: string, { verb = "resume", mark = settingsName } = {}): void {
  const why = (cause: unknown): string => {
    if (!(cause instanceof Deno.errors.NotFound)) return readReason(cause);
    return statIfThere(folder) ? `it has no ${mark}` : "there is no such folder";
  };
  try {
    if (!Deno.statSync(folder).isDirectory) throw new Error("it is a file");
    Deno.statSync(join(folder, mark));
  } catch (cause) {
    throw noRun(folder, verb, why(cause), cause);
  }
}

/** `check` is done again once the folder is claimed: another process may have come first. */
function runDirectory(
  path: () => string,
  make: () => void,
  check: () => void,
  advice?: string,
): RunDirectory {
  let made = false;
  /** Folders above it that were made for it, the innermost first: they go with it where it stays empty. */
  let above: readonly string[] = [];
  const makeOnce = () => {
    if (made) return;
    above = missingAbove(path());
    make();
    made = true;
  };
  const file = (name: string): string => {
    makeOnce();
    return join(path(), name);
  };
  return {
    ...runLogs(file),
    get path() {
      return path();
    },
    claim: (onStop) => {
      makeOnce();
      const lock = lockFolder(path(), advice);
      try {
        check();
      } catch (error) {
        lock[Symbol.dispose]();
        throw error;
      }
      const requests = onStop && hearRequests(path(), onStop);
      return {
        [Symbol.dispose]: () => {
          requests?.[Symbol.dispose]();
          lock[Symbol.dispose]();
          [path(), ...above].forEach(removeIfEmpty);
        },
      };
    },
    file,
    writeJson: (name, value) => writeJson(file(name), value),
    writeText: (name, text) => writeFileAtomic(file(name), text),
    removeIfOnly: (names) => {
      // It was moved, or removed.
      if (!statIfThere(path())) return;
      const there = [...Deno.readDirSync(path())].map((entry) => entry.name).filter((name) =>
        name !== lockName && name !== stopName
      );
      if (there.every((name) => names.includes(name))) {
        there.forEach((name) => removeFile(join(path(), name)));
      }
    },
  };
}

/** Makes a folder; false where there is something of that name already. */
function makeNew(path: string): boolean {
  makeFolder(dirname(path));
  try {
    Deno.mkdirSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return false;
    throw usageError(`Cannot make the run directory ${path}: ${reason(cause)}.`, { cause });
  }
}

/** The folders above a path that are not there, the innermost first. */
function missingAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path || exists(parent) ? [] : [parent, ...missingAbove(parent)];
}

function removeIfEmpty(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It holds a run.
  }
}

/** Letters; a name may take 255 bytes, and a letter four. */
const longestName = 50;

/** A text as one part of a path that needs no quotes, whatever it is made of. */
function plainName(text: string): string {
  const plain = text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._]+/gu, "-").replace(/\.{2,}/g, ".");
  return [...plain.replace(/^[-.]+/, "")].slice(0, longestName).join("").replace(/[-.]+$/, "") || "run";
}

/** A name that is not taken: runs started in the same second are numbered. */
function freshPath({ root = runsFolder(), label, now = new Date() }: RunDirectoryOptions): string {
  const stamp = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const base = join(root, `${plainName(label)}-${stamp}`);
  for (let n = 1;; n++) {
    const path = n === 1 ? base : `${base}-${n}`;
    if (!exists(path)) return path;
  }
}

function checkFree(path: string): void {
  const there = statForRun(path, path);
  if (!there) return checkParents(path);
  if (!there.isDirectory) {
    throw usageError(
      `Cannot use ${path} as the run directory: it is a file; choose another ${setting("out")}.`,
    );
  }
  const entries = attempt(`Cannot read the folder ${path}`, () => [...Deno.readDirSync(path)], usageError);
  const names = new Set(entries.map((entry) => entry.name));
  const mark = Object.keys(runFiles).find((name) => names.has(name));
  if (mark !== undefined) {
    throw usageError(
      `The directory ${path} already holds a run (it has ${mark}); choose another ${
        setting("out")
      } or remove it first.`,
    );
  }
  const taken = Object.keys(furtherFiles).find((name) => names.has(name));
  if (taken !== undefined) {
    throw usageError(
      `The directory ${path} has a ${taken}, which a run may write as well; choose another ${
        setting("out")
      }.`,
    );
  }
  checkWritable(path);
}

/** The nearest thing that exists above a path must be a folder that can be written to. */
function checkParents(path: string): void {
  let parent = dirname(path);
  while (!exists(parent) && parent !== dirname(parent)) parent = dirname(parent);
  if (exists(parent) && !Deno.statSync(parent).isDirectory) {
    throw usageError(
      `Cannot make the run directory ${path}: ${parent} is a file; choose another ${setting("out")}.`,
    );
  }
  checkWritable(parent, path);
}

/** Throws a usage error where a folder cannot be written to. */
export function checkWritable(folder: string, run: string = folder): void {
  attempt(`Cannot write the run directory ${run}`, () => tryWriting(folder), usageError);
}

const exists = (path: string): boolean => statForRun(path, path) !== undefined;
