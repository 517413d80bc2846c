/**
 * A file of entries, one after the other. A resumed run writes them from the beginning again: those that are there
 * already stay, and the file is cut at the first that differs.
 */
import { appendBytes, cutFile } from "./files.ts";
import { readIfThere } from "./read.ts";

/** How the entries of a log stand in its file. */
export interface EntryFormat<T> {
  /** A file as its entries, of which the last may be a part; together they are the whole file. */
  readonly split: (file: Uint8Array) => readonly Uint8Array[];
  /** An entry as bytes; `before` is what stands in its place. */
  readonly encode: (value: T, before?: Uint8Array) => Uint8Array;
}

export class EntryLog<T> {
  /** Entries of before that were not written again; undefined before the file was looked at. */
  #left: readonly Uint8Array[] | undefined;
  constructor(private readonly path: string, private readonly format: EntryFormat<T>) {}

  /**
   * Adds an entry after those that were added since the beginning. Returns whether it was not there already. Throws a
   * data error that names the file.
   */
  append(value: T): boolean {
    const [next, ...others] = this.#rest();
    const entry = this.format.encode(value, next);
    if (next !== undefined && sameBytes(next, entry)) {
      this.#left = others;
      return false;
    }
    this.cut();
    appendBytes(this.path, entry);
    return true;
  }

  /** Cuts off what was not added since the beginning. */
  cut(): void {
    const left = this.#rest();
    const bytes = left.reduce((sum, { length }) => sum + length, 0);
    if (bytes > 0) cutFile(this.path, Deno.statSync(this.path).size - bytes);
    this.#left = [];
  }

  /** The next entry is the first again. */
  rewind(): void {
    this.#left = undefined;
  }

  /** The next entry comes after all that the file has now. */
  toEnd(): void {
    this.#left = [];
  }

  #rest(): readonly Uint8Array[] {
    return this.#left ??= this.format.split(readIfThere(this.path) ?? new Uint8Array());
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
