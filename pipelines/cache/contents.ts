/** What is in the cache, of which kind it is, and how it is deleted. Links are treated as links and never followed. */
import type { CachePart } from "../../src/config/cache.ts";
import { dataFolders, dataOf } from "../../src/data/cached.ts";
import { dataError } from "../../src/errors.ts";
import { reason } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import { isOfDrivers } from "../../src/setup/newer_driver.ts";

/** Files, and the bytes in them. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** A file or a folder in the cache. */
export interface Entry extends Amount {
  readonly path: string;
  /** `other` is not this project's, and stays. */
  readonly part: CachePart | "other";
}

const driverFolder = "driver";

/** Everything in a cache; nothing where there is none. Throws a data error where it cannot be read. */
export function contents(cache: string): Entry[] {
  const within = (folder: string): Entry[] =>
    entries(join(cache, folder)).flatMap((entry) => {
      const path = join(cache, folder, entry.name);
      const isInner = folder === "" && entry.isDirectory && inner.includes(entry.name);
      return isInner ? within(entry.name) : { path, part: partOf(folder, path, entry), ...amount(path) };
    });
  return within("");
}

/** Folders whose own entries are of a kind. */
const inner = [...dataFolders.filter((name) => name !== ""), driverFolder];

/** The kind of what lies at a path, in that folder of the cache. */
function partOf(folder: string, path: string, { name, isFile, isSymlink }: Deno.DirEntry): Entry["part"] {
  if (folder === driverFolder) return isOfDrivers(name) && !isSymlink ? "drivers" : "other";
  return isFile ? dataOf(folder, path) ?? "other" : "other";
}

/**
 * Removes entries of a cache, and the folders that are empty then. Throws a data error for the first that does not
 * go, once all others have.
 */
export function remove(cache: string, gone: readonly Entry[]): void {
  let failure: Error | undefined;
  for (const { path } of gone) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) continue;
      failure ??= dataError(`Cannot remove ${path}: ${reason(cause)}.`, { cause });
    }
  }
  for (const { name, isDirectory } of entries(cache)) {
    try {
      if (isDirectory && inner.includes(name)) Deno.removeSync(join(cache, name));
    } catch {
      // It is not empty.
    }
  }
  if (failure) throw failure;
}

/** What entries take together. */
export const total = (amounts: readonly Amount[]): Amount => ({
  files: amounts.reduce((sum, { files }) => sum + files, 0),
  bytes: amounts.reduce((sum, { bytes }) => sum + bytes, 0),
});

function amount(path: string): Amount {
  const there = statIfThere(path, Deno.lstatSync);
  // A file that is removed meanwhile takes nothing.
  if (!there?.isDirectory) return { files: 1, bytes: there?.size ?? 0 };
  return total(entries(path).map(({ name }) => amount(join(path, name))));
}

function entries(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw dataError(`Cannot read the cache ${folder}: ${reason(cause)}.`, { cause });
  }
}
