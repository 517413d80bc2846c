/**
 * A log of JSON values, one a line. A resumed run writes its rows from the beginning again: those that
 * are there already stay, and the log is cut at the first that differs.
 */
import { appendJsonLine, cutFile, toJson } from "./files.ts";
import { readIfThere } from "./read.ts";

/** A line with its end, and at which byte it begins. */
interface Line {
  readonly text: string;
  readonly at: number;
}

export class RowLog {
  /** Lines of before that were not written again; undefined before the file was looked at. */
  #left: readonly Line[] | undefined;
  constructor(private readonly path: string) {}

  /** Adds a row after those that were added since the beginning. Throws a data error that names the file. */
  append(value: unknown): void {
    const [next, ...others] = this.#left ?? linesOf(this.path);
    if (next !== undefined && next.text === `${toJson(value)}\n`) {
      this.#left = others;
      return;
    }
    if (next) cutFile(this.path, next.at);
    this.#left = [];
    appendJsonLine(this.path, value);
  }

  /** The next row is the first again. */
  rewind(): void {
    this.#left = undefined;
  }

  /** The next row comes after all that the file has now. */
  toEnd(): void {
    this.#left = [];
  }
}

function linesOf(path: string): Line[] {
  const bytes = readIfThere(path) ?? new Uint8Array();
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found + 1;
    lines.push({ text: new TextDecoder().decode(bytes.subarray(at, end)), at });
    at = end;
  }
  return lines;
}
