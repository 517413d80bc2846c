/** Writing files so that a reader never sees half of one, with errors in words. */
import { dataError } from "../errors.ts";
import { basename, dirname, join } from "./paths.ts";

/**
 * Writes a whole file: to a temporary name in the same folder, synced to disk, then renamed over the target, and the
 * folder synced too, so that the new file outlives a power cut. `content` may come in chunks. Throws a data error that
 * names the file; the temporary file is then removed, and the file of that name before is left as it was.
 */
export function writeFileAtomic(path: string, content: string | Iterable<Uint8Array>): void {
  const chunks = typeof content === "string" ? [new TextEncoder().encode(content)] : content;
  makeFile(path, (temporary) => writeAndSync(temporary, chunks));
}

/** Makes a file of what is written, and synced, under a temporary name in its folder. */
function makeFile(path: string, write: (temporary: string) => void): void {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    write(temporary);
    Deno.renameSync(temporary, path);
  } catch (cause) {
    removeIfThere(temporary);
    throw dataError(`Cannot write ${path}: ${reason(cause)}.`, { cause });
  }
  syncFolder(dirname(path));
}

/** Tells the temporary files of this process from those of all others, on other machines too. */
const own = crypto.getRandomValues(new Uint32Array(2)).join("");

const temporaryName = (name: string): string => `.${name}.${own}.tmp`;

/**
 * Removes what processes left in a folder that were killed while they wrote a file in it; where others may be writing
 * there, only what is older than so many milliseconds. Throws a data error where the folder cannot be read.
 */
export function removeTemporaries(folder: string, olderThan = -Infinity): void {
  const entries = attempt(`Cannot read the folder ${folder}`, () => [...Deno.readDirSync(folder)]);
  for (const { name } of entries) {
    const path = join(folder, name);
    if (/^\..+\.\d+\.tmp$/.test(name) && age(path) > olderThan) removeIfThere(path);
  }
}

/** Milliseconds since a file was written; of one that is gone, none. */
function age(path: string): number {
  try {
    return Date.now() - (Deno.statSync(path).mtime?.getTime() ?? 0);
  } catch {
    return 0;
  }
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

/** A value as one line of JSON. */
export const jsonLine = (value: unknown): Uint8Array => new TextEncoder().encode(toJson(value) + "\n");

/** Appends bytes, synced to disk. Throws a data error that names the file; no part of them is then left in it. */
export function appendBytes(path: string, bytes: Uint8Array): void {
  attempt(`Cannot write ${path}`, () => {
    using file = Deno.openSync(path, { append: true, create: true });
    const before = file.statSync().size;
    try {
      writeAll(file, bytes);
      file.syncSync();
    } catch (cause) {
      shorten(file, before);
      throw cause;
    }
  });
}

/**
 * Makes a folder, unless it is there, in one that exists. Throws a data error that names it where that is gone: what
 * was removed under a run is not made again.
 */
export const makeSubfolder = (path: string): void =>
  attempt(
    `Cannot make the folder ${path}`,
    () => unless(Deno.errors.AlreadyExists, () => Deno.mkdirSync(path)),
  );

/** Cuts a file off at a byte. Throws a data error that names it. */
export const cutFile = (path: string, size: number): void =>
  attempt(`Cannot write ${path}`, () => {
    using file = Deno.openSync(path, { write: true });
    file.truncateSync(size);
    file.syncSync();
  });

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

/** Gives a file another name. Throws a data error that names it. */
export const renameFile = (path: string, name: string): void =>
  attempt(`Cannot rename ${path} to ${name}`, () => Deno.renameSync(path, name));

/** Copies a file, whole or not at all. Throws a data error that names the copy. */
export const copyFile = (path: string, copy: string): void =>
  makeFile(copy, (temporary) => {
    Deno.copyFileSync(path, temporary);
    using file = Deno.openSync(temporary, { write: true });
    file.syncSync();
  });

/** Removes a file, if it is there. Throws a data error that names it. */
export const removeFile = (path: string): void =>
  attempt(`Cannot remove ${path}`, () => unless(Deno.errors.NotFound, () => Deno.removeSync(path)));

/** Makes a folder and those above it. Throws a data error that names it. */
export const makeFolder = (path: string): void =>
  attempt(`Cannot make the folder ${path}`, () => Deno.mkdirSync(path, { recursive: true }));

/**
 * Throws what the system says where a folder cannot be written to. It tries: permissions, read-only file systems and
 * guarded paths differ too much to be asked for.
 */
export const tryWriting = (folder: string): void =>
  Deno.removeSync(Deno.makeTempDirSync({ dir: folder, prefix: ".ms-darts-" }));

/** What `act` returns. Throws a data error, or another kind, that says what failed and why. */
export function attempt<T>(what: string, act: () => T, raise = dataError): T {
  try {
    return act();
  } catch (cause) {
    throw raise(`${what}: ${reason(cause)}.`, { cause });
  }
}

/** Does something unless it turns out to be done already, which an error of that kind tells. */
function unless(done: new () => Error, act: () => void): void {
  try {
    act();
  } catch (cause) {
    if (!(cause instanceof done)) throw cause;
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
