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
  if (cause instanceof Deno.errors.PermissionDenied) return "permission is denied";
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
