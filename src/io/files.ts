/** Writing files so that a reader never sees half of one, with errors in words. */
import { dataError, type UserError } from "../errors.ts";
import { basename, dirname, join } from "./paths.ts";

/**
 * Writes a whole file: to a temporary name in the same folder, synced to disk, then renamed over the target.
 * `content` may come in chunks. Raises a data error that names the file; the temporary file is then removed.
 */
export function writeFileAtomic(path: string, content: string | Iterable<Uint8Array>): void {
  const temporary = join(dirname(path), `.${basename(path)}.${Deno.pid}.tmp`);
  const chunks = typeof content === "string" ? [new TextEncoder().encode(content)] : content;
  try {
    using file = Deno.openSync(temporary, { write: true, create: true, truncate: true });
    for (const chunk of chunks) writeAll(file, chunk);
    file.syncSync();
  } catch (cause) {
    removeIfThere(temporary);
    throw writeError(path, cause);
  }
  try {
    Deno.renameSync(temporary, path);
  } catch (cause) {
    removeIfThere(temporary);
    throw writeError(path, cause);
  }
}

/** Writes a JSON file, indented, whole or not at all. Numbers that JSON lacks become strings. */
export const writeJson = (path: string, value: unknown): void =>
  writeFileAtomic(path, toJson(value, 2) + "\n");

/** Appends one value as one line of JSON in a single write. Raises a data error that names the file. */
export function appendJsonLine(path: string, value: unknown): void {
  try {
    Deno.writeTextFileSync(path, toJson(value) + "\n", { append: true });
  } catch (cause) {
    throw writeError(path, cause);
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
  if (code === "EROFS") return "the file system is read-only; choose another folder";
  if (code === "ENOTDIR") return "a part of the path is a file, not a folder";
  if (cause instanceof Deno.errors.NotFound) return "its folder does not exist";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission is denied; choose another folder";
  if (cause instanceof Deno.errors.NotCapable) return "Deno guards this path; choose another folder";
  if (cause instanceof Deno.errors.IsADirectory) return "there is a folder of that name";
  return cause instanceof Error ? cause.message : String(cause);
}
