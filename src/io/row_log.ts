/** A log of JSON values, one a line, that a resumed run writes from the beginning again (see `EntryLog`). */
import { EntryLog } from "./entry_log.ts";
import { jsonLine } from "./files.ts";

/** A log of rows in a file. */
export const rowLog = (path: string): EntryLog<unknown> =>
  new EntryLog(path, { split: linesOf, encode: jsonLine });

/** The lines of a file, each with its end. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found + 1;
    lines.push(bytes.subarray(at, end));
    at = end;
  }
  return lines;
}
