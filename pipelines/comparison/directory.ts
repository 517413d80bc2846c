/** The folder of a comparison, which processes on several machines may work in at once. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { differingKey } from "../../src/config/resume.ts";
import { compareCommand } from "../../src/config/spec.ts";
import { upgraded } from "../../src/config/upgrade.ts";
import { usageError } from "../../src/errors.ts";
import { occupant } from "../../src/io/lock.ts";
import { join } from "../../src/io/paths.ts";
import { readJson, statIfThere } from "../../src/io/read.ts";
import { checkRun, checkWritable, createRunDirectory } from "../../src/io/run_directory.ts";
import { settingsName } from "../../src/io/run_files.ts";
import { shareFolder } from "../../src/io/shared_folder.ts";
import { setting } from "../../src/setting.ts";

export const recordName = "comparison.json";

export interface ComparisonDirectory {
  /** Of a comparison without a path of its own it is settled by `share`. */
  readonly path: string;
  /**
   * Makes the folder and works in it until disposed of, maybe beside others. Throws a usage error where another
   * comparison has begun in it meanwhile.
   *
   * @param onStop told who asks for a stop (see stop_request.ts)
   */
  share(onStop: (by: string) => void): Disposable;
}

/**
 * The folder, which may hold a comparison with the same shared settings. Throws a usage error where those are others,
 * where it holds a run, or where it cannot be written to.
 */
export function comparisonDirectory(config: CompareConfig): ComparisonDirectory {
  const path = config.resume ?? config.out;
  if (path !== undefined && (config.resume !== undefined || isBegun(path))) {
    checkRun(path, { mark: recordName });
    checkWritable(path);
    checkSame(config, path);
    return { path, share: (onStop) => shareFolder(path, onStop) };
  }
  const directory = createRunDirectory(path, { label: "comparison" });
  return {
    get path() {
      return directory.path;
    },
    share: (onStop) => {
      directory.file(settingsName);
      const shared = shareFolder(directory.path, onStop);
      checkSame(config, directory.path);
      return shared;
    },
  };
}

/** Milliseconds that another process may take from making the folder to its first record, and between two looks. */
const beginning = 2000;
const look = 50;

/** Whether a comparison has begun in a folder; one that begins at this moment is waited for. */
function isBegun(path: string): boolean {
  const wait = new Int32Array(new SharedArrayBuffer(4));
  const empty = () => isFolder(path) && occupant(path) !== undefined && !hasSettings(path);
  for (let waited = 0; waited < beginning && recordIn(path) === undefined && empty(); waited += look) {
    Atomics.wait(wait, 0, 0, look);
  }
  return recordIn(path) !== undefined;
}

/** Throws a usage error where the comparison in a folder has other settings. */
function checkSame({ resume, settings }: CompareConfig, path: string): void {
  const written = recordIn(path)?.["settings"] as Record<string, unknown> | undefined;
  if (written === undefined) return;
  const before = upgraded(compareCommand, written, join(path, recordName)).settings;
  const key = differingKey(before, resume === undefined ? settings : { ...settings, data: before["data"] });
  if (key === undefined) return;
  const shown = (values: Readonly<Record<string, unknown>>) =>
    key in values ? String(values[key]) : "not given";
  throw usageError(
    `The comparison in ${path} was run with other settings (${setting(key)}: ${shown(before)} there, ` +
      `${shown(settings)} here); give the same ones or choose another ${setting("out")}.`,
  );
}

/** What a comparison in this folder wrote of itself, or undefined where there is none. */
export const recordIn = (folder: string) => isFolder(folder) ? readJson(join(folder, recordName)) : undefined;

const hasSettings = (path: string): boolean => statIfThere(join(path, settingsName)) !== undefined;

const isFolder = (path: string): boolean => statIfThere(path)?.isDirectory ?? false;
