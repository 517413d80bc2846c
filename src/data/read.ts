/** Reading outside files: what goes wrong becomes one sentence that names the file. */
import { dataError } from "../errors.ts";

/** The bytes of a data file. Raises a data error if it is missing, a folder, or may not be read. */
export function readData(path: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    throw dataError(`Cannot read ${path}: ${reason(cause)}.`, { cause });
  }
}

/** Whether a path exists, and as what. A path that may not be looked at counts as missing. */
export function kindOf(path: string): "file" | "folder" | "missing" {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch {
    return "missing";
  }
}

/** What lies in a folder, sorted by code unit so that the order is the same on every machine. */
export function entriesIn(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (cause) {
    throw dataError(`Cannot list the folder ${path}: ${reason(cause)}.`, { cause });
  }
}

/** Names in a folder, in the same order. */
export const namesIn = (path: string): string[] => entriesIn(path).map((entry) => entry.name);

/** The cause of a file-system error in words. */
export function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission is denied";
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
