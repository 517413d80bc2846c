/** The runs that lie in the folder of a comparison already: finished, stopped, or someone else's. */
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { differingKey } from "../../src/config/resume.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { usageError, UserError } from "../../src/errors.ts";
import { hasCheckpoints, newestCheckpoint } from "../../src/io/checkpoint.ts";
import { attempt, makeFolder } from "../../src/io/files.ts";
import { lockFolder, lockIfFree, lockName, occupant } from "../../src/io/lock.ts";
import { basename, dirname, join } from "../../src/io/paths.ts";
import { readError, readJson, statIfThere } from "../../src/io/read.ts";
import { setting } from "../../src/setting.ts";
import { logName } from "./ended.ts";
import type { PlannedRun } from "./runs.ts";

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
export function stateOf(run: PlannedRun): RunState {
  const by = busyBy(run);
  return by === undefined ? ownState(run) : { kind: "busy", by };
}

/** The process that does a run, in words: its search, or who is to start that; undefined where nobody does it. */
export const busyBy = ({ directory }: PlannedRun): string | undefined =>
  occupant(directory) ?? occupant(dirname(directory), claimPath(directory));

/** Beside the folder of the run, which may have to be made anew while it is claimed. */
const claimPath = (directory: string): string => join(dirname(directory), `.${basename(directory)}.lock`);

/** Keeps other comparisons from a run; undefined where another process does it already. */
export function claim({ directory }: PlannedRun): Disposable | undefined {
  const folder = dirname(directory);
  try {
    makeFolder(folder);
    return lockIfFree(folder, claimPath(directory));
  } catch (error) {
    // What is wrong with the folder, the run itself says better.
    if (error instanceof UserError) return { [Symbol.dispose]: () => {} };
    throw error;
  }
}

/** The same of a run that this process has claimed. */
export function ownState({ directory, config }: PlannedRun): Exclude<RunState, { kind: "busy" }> {
  const names = entries(directory);
  if (names === undefined) return { kind: "new" };
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

/**
 * Empties the folder of a run that begins anew, or makes it. Throws a usage error where that cannot be done, or where
 * another process has begun the run.
 */
export function clear({ directory }: PlannedRun): void {
  if (statIfThere(directory)?.isDirectory) {
    using _claimed = lockFolder(directory);
    const remove = () => {
      for (const { name } of Deno.readDirSync(directory)) {
        if (name !== lockName) Deno.removeSync(join(directory, name), { recursive: true });
      }
    };
    attempt(`Cannot remove what is left of the run in ${directory}`, remove, usageError);
  }
  makeFolder(directory);
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
