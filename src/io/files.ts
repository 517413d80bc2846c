/** Writing files so that a reader never sees half of one, with errors in words. */
import { dataError, type UserError } from "../errors.ts";
import { basename, dirname, join } from "./paths.ts";

/**
 * Writes a whole file: to a temporary name in the same folder, synced to disk, then renamed over the target, and the
 * folder synced too, so that the new file outlives a power cut. `content` may come in chunks. Raises a data error that
 * names the file; the temporary file is then removed, and what stood under the name before is as it was.
 */
export function writeFileAtomic(path: string, content: string | Iterable<Uint8Array>): void {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  const chunks = typeof content === "string" ? [new TextEncoder().encode(content)] : content;
  try {
    writeAndSync(temporary, chunks);
    Deno.renameSync(temporary, path);
  } catch (cause) {
    removeIfThere(temporary);
    throw writeError(path, cause);
  }
  syncFolder(dirname(path));
}

const temporaryName = (name: string): string => `.${name}.${Deno.pid}.tmp`;

/**
 * Removes what processes left in a folder that were killed while they wrote a file in it. Raises a data error where the
 * folder cannot be read.
 */
export function removeTemporaries(folder: string): void {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (cause) {
    throw dataError(`Cannot read the folder ${folder}: ${reason(cause)}.`, { cause });
  }
  const left = names.filter((name) => /^\..+\.\d+\.tmp$/.test(name));
  for (const name of left) removeIfThere(join(folder, name));
}

function writeAndSync(path: string, chunks: Iterable<Uint8Array>): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const chunk of chunks) writeAll(file, chunk);
  file.syncSync();
}

/** Puts a rename in this folder on the disk. */
function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
  } catch {
    // Windows opens no folders, and some file systems do not sync them: the rename is then as safe as they make it.
  }
}

/** Writes a JSON file, indented, whole or not at all. Numbers that JSON lacks become strings. */
export const writeJson = (path: string, value: unknown): void =>
  writeFileAtomic(path, toJson(value, 2) + "\n");

/**
 * Appends one value as one line of JSON, synced to disk. Raises a data error that names the file; no part of the line
 * is then left in it.
 */
export function appendJsonLine(path: string, value: unknown): void {
  const line = new TextEncoder().encode(toJson(value) + "\n");
  try {
    using file = Deno.openSync(path, { append: true, create: true });
    const before = file.statSync().size;
    try {
      writeAll(file, line);
      file.syncSync();
    } catch (cause) {
      shorten(file, before);
      throw cause;
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/**
 * Makes a folder, unless it is there, in one that exists. Raises a data error that names it where that is gone: what
 * was removed under a run is not made again.
 */
export function makeSubfolder(path: string): void {
  try {
    Deno.mkdirSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw dataError(`Cannot make the folder ${path}: ${reason(cause)}.`, { cause });
  }
}

/** Cuts a file off at a byte. Raises a data error that names it. */
export function cutFile(path: string, size: number): void {
  try {
    using file = Deno.openSync(path, { write: true });
    file.truncateSync(size);
    file.syncSync();
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function shorten(file: Deno.FsFile, size: number): void {
  try {
    file.truncateSync(size);
  } catch {
    // A disk that takes nothing more; the error that led here is the one to report.
  }
}

/**
 * JSON in which NaN, Infinity and -Infinity stand as strings and typed arrays as arrays: a diverged run must
 * leave a log that any JSON reader takes.
 */
export function toJson(value: unknown, indent?: number): string {
  const replace = (_: string, v: unknown): unknown => {
    if (typeof v === "number" && !Number.isFinite(v)) return String(v);
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) {
      return Array.from(v as unknown as ArrayLike<number>);
    }
    return v;
  };
  return JSON.stringify(value, replace, indent);
}

/** Gives a file another name. Raises a data error that names it. */
export function renameFile(path: string, name: string): void {
  try {
    Deno.renameSync(path, name);
  } catch (cause) {
    throw dataError(`Cannot rename ${path} to ${name}: ${reason(cause)}.`, { cause });
  }
}

/** Copies a file. Raises a data error that names the copy. */
export function copyFile(path: string, copy: string): void {
  try {
    Deno.copyFileSync(path, copy);
  } catch (cause) {
    throw writeError(copy, cause);
  }
}

/** Removes a file, if it is there. Raises a data error that names it. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw dataError(`Cannot remove ${path}: ${reason(cause)}.`, { cause });
  }
}

/** Makes a folder and those above it. Raises a data error that names it. */
export function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw dataError(`Cannot make the folder ${path}: ${reason(cause)}.`, { cause });
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made, or the disk is gone; the error that led here is the one to report.
  }
}

function writeError(path: string, cause: unknown): UserError {
  return dataError(`Cannot write ${path}: ${reason(cause)}.`, { cause });
}

/** Why a write failed and, where there is a usual remedy, which. */
export function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  if (code === "ENOSPC") return "the disk is full; free some space or choose another folder";
  if (code === "EDQUOT") {
    return "your quota of disk space is used up; free some space or choose another folder";
  }
  if (code === "EROFS") return "the file system is read-only; choose another folder";
  if (code === "ENOTDIR") return "a part of the path is a file, not a folder";
  if (cause instanceof Deno.errors.NotFound) return "its folder does not exist";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission is denied; choose another folder";
  if (cause instanceof Deno.errors.NotCapable) return "Deno guards this path; choose another folder";
  if (cause instanceof Deno.errors.IsADirectory) return "there is a folder of that name";
  return cause instanceof Error ? cause.message : String(cause);
}
