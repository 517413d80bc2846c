/** Reading outside files: what goes wrong becomes one sentence that names the file. */
import { dataError, type UserError } from "../errors.ts";

/**
 * The bytes of a data file. Raises a data error if it is missing, a folder, a device or a pipe, or may not be read.
 */
export function readData(path: string): Uint8Array<ArrayBuffer> {
  try {
    checkFinite(path);
    return Deno.readFileSync(path);
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** The same; undefined where there is no such file. */
export function readIfThere(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    checkFinite(path);
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw readError(path, cause);
  }
}

/** The text of a file; undefined where there is no such file. */
export function readTextIfThere(path: string): string | undefined {
  const bytes = readIfThere(path);
  return bytes && new TextDecoder().decode(bytes);
}

/** The object in a JSON file; undefined where there is no such file. Raises a data error for one that cannot be read. */
export function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readTextIfThere(path);
  return text === undefined ? undefined : parseJson(text, path);
}

/** The object in a JSON text, which is of the file at `path`. Raises a data error that names it. */
export function parseJson(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw dataError(`${path} is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw dataError(`${path} holds no JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** What a path stands for; undefined where there is nothing, or nothing that can be looked at. */
export function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/** Raises an Error for a device or a pipe, which may never end. What is missing or a folder fails when it is read. */
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
