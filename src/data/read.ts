/** Looking at folders of outside files: what goes wrong becomes one sentence that names the folder. */
import { dataError } from "../errors.ts";
import { basename, resolve } from "../io/paths.ts";
import { readReason, statIfThere } from "../io/read.ts";

/** Whether a path exists, and as what. A path that may not be looked at counts as missing. */
export function kindOf(path: string): "file" | "folder" | "missing" {
  const there = statIfThere(path);
  return there === undefined ? "missing" : there.isDirectory ? "folder" : "file";
}

/** What lies in a folder, sorted by code unit so that the order is the same on every machine. */
export function entriesIn(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (cause) {
    throw dataError(`Cannot list the folder ${path}: ${readReason(cause)}.`, { cause });
  }
}

/** What a data set in a file or folder is called: by the path's last name. */
export const nameOf = (path: string): string => basename(resolve(path)) || path;

/** Names in a folder, in the same order. */
export const namesIn = (path: string): string[] => entriesIn(path).map((entry) => entry.name);
