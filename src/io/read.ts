/** Reading outside files: what goes wrong becomes one sentence that names the file. */
import { dataError, usageError, type UserError } from "../errors.ts";
import { isStandardInput, readPipe, readStandardInput, readUpTo } from "./stream.ts";

/**
 * The bytes of a data file. Throws a data error if it is missing, a folder, a device or a pipe, or may not be read.
 */
export function readData(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readWhole(path);
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** The same; undefined where there is no such file. */
export const readIfThere = (path: string): Uint8Array<ArrayBuffer> | undefined => ifThere(path, readWhole);

function ifThere<T>(path: string, read: (path: string) => T): T | undefined {
  try {
    return read(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw readError(path, cause);
  }
}

/** Most bytes of a file that is read at once: as many as an array of bytes is sure to hold. */
const mostBytes = 2 ** 32;

function readWhole(path: string): Uint8Array<ArrayBuffer> {
  checkFinite(path);
  if (Deno.statSync(path).size > mostBytes) throw tooLong(mostBytes);
  return Deno.readFileSync(path);
}

/** Most bytes of the texts that a run writes. */
const mostText = 2 ** 28;

/**
 * The text of a file of a run; undefined where there is no such file. Throws a data error for one that cannot be read.
 */
export const readTextIfThere = (path: string): string | undefined =>
  ifThere(path, () => {
    checkFinite(path);
    return readText(path, { most: mostText });
  });

/** Texts that are gone once they are read, by path: a command may ask for them again. */
const passed = new Map<string, string>();

/**
 * The text of a file that a user names: a file, a pipe, or standard input where the path means that. At most `most` bytes
 * are read. Byte-order marks are heeded and dropped: UTF-16 has one, as Windows writes it, and what has none is UTF-8.
 * Throws what `readReason` puts in words: also for a device, which may never end, and for a longer text.
 */
export function readText(path: string, { most }: { readonly most: number }): string {
  const before = passed.get(path);
  if (before !== undefined) return before;
  const kind = isStandardInput(path) ? undefined : Deno.statSync(path);
  if (kind?.isDirectory) throw new Deno.errors.IsADirectory();
  if (kind && !kind.isFile && !kind.isFifo) throw new Error("it is a device, not a file");
  if (kind && kind.size > most) throw tooLong(most);
  const bytes = kind === undefined
    ? readStandardInput(most + 1)
    : kind.isFifo
    ? readPipe(path, most + 1)
    : readFile(path, most + 1);
  if (bytes.length > most) throw tooLong(most);
  const text = decode(bytes);
  if (!kind?.isFile) passed.set(path, text);
  return text;
}

/** The same of a file that a command line names, `what` in words. Throws a usage error where it cannot be read. */
export function readNamed(what: string, path: string, limit: { readonly most: number }): string {
  try {
    return readText(path, limit);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw usageError(`There is no ${what} ${path}.`);
    throw usageError(`Cannot read the ${what} ${path}: ${readReason(cause)}.`, { cause });
  }
}

const tooLong = (most: number) => new Error(`it is longer than ${most.toLocaleString("en")} bytes`);

function readFile(path: string, most: number): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  return readUpTo((bytes) => file.readSync(bytes), most);
}

/** TextDecoder drops the mark itself. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** The object in a JSON file; undefined where there is no such file. Throws a data error for one that cannot be read. */
export function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readTextIfThere(path);
  return text === undefined ? undefined : parseJson(text, path);
}

/** The object in a JSON text, which is of the file at `path`. Throws a data error, or another kind, that names it. */
export function parseJson(
  text: string,
  path: string,
  { raise = dataError, lack = "holds no JSON object" } = {},
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw raise(`${path} is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw raise(`${path} ${lack}.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * What a path stands for; undefined where there is nothing, or nothing that can be looked at. A link stands for what it
 * leads to, or for itself where `look` is `Deno.lstatSync`.
 */
export function statIfThere(path: string, look = Deno.statSync): Deno.FileInfo | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}

/** Throws an Error for a device or a pipe, which may never end. What is missing or a folder fails when it is read. */
export function checkFinite(path: string): void {
  const { isFile, isDirectory } = Deno.statSync(path);
  if (!isFile && !isDirectory) throw new Error("it is a device or a pipe, not a file");
}

/** The data error for a file that cannot be opened or read. */
export const readError = (path: string, cause: unknown): UserError =>
  dataError(`Cannot read ${path}: ${readReason(cause)}.`, { cause });

/** Why a file or folder cannot be read, in words. */
export function readReason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.NotADirectory) return "a part of its path is a file";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission is denied";
  if (cause instanceof Deno.errors.NotCapable) return "Deno guards this path";
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
