/**
 * Files that others write while they are read: each is read again only where its size, time or number changed, never
 * through a link, and what cannot be read or understood is as if it were not there.
 */
import { toObject } from "./objects.ts";

/** Most bytes of a file that is read, and of the end of a log. */
const mostBytes = 2 ** 26;
const tailBytes = 4096;

/** Milliseconds: of a file that changed so lately the time may stay the same when it changes again. */
const unsettled = 1000;

/** How often a file is read that changes while it is. */
const tries = 3;

/** Looks after which what nobody asked for any more is forgotten. */
const kept = 60;

interface Kept {
  readonly stamp: string;
  readonly settled: boolean;
  readonly value: unknown;
  look: number;
}

const stampOf = ({ size, mtime, ino, dev }: Deno.FileInfo): string =>
  `${size} ${mtime?.getTime()} ${ino} ${dev}`;

/** An ordinary file at a path; undefined where there is none. */
function ordinary(path: string): Deno.FileInfo | undefined {
  try {
    const there = Deno.lstatSync(path);
    return there.isFile ? there : undefined;
  } catch {
    return undefined;
  }
}

/** Reads from a byte on. Throws where the path leads to another file than `there` by now. */
function readFrom(path: string, there: Deno.FileInfo, from: number): Uint8Array {
  using file = Deno.openSync(path);
  const { ino, dev, size } = file.statSync();
  if (ino !== there.ino || dev !== there.dev || size - from > mostBytes) throw new Error("another file");
  file.seekSync(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(Math.max(0, size - from));
  let length = 0;
  for (let n: number | null = 1; n; length += n) {
    n = file.readSync(bytes.subarray(length));
    if (n === null) break;
  }
  return bytes.subarray(0, length);
}

/** The files of what is watched. */
export class Files {
  readonly #kept = new Map<string, Kept>();
  #look = 0;

  /** How often a file was read: fewer times than it was asked for. */
  reads = 0;

  /** Begins a look at everything: what was not asked for in many of them is forgotten. */
  look(): void {
    this.#look++;
    for (const [path, { look }] of this.#kept) if (look < this.#look - kept) this.#kept.delete(path);
  }

  /** What a file holds, of one that changes while it is read what was read last. */
  #read<T>(path: string, take: (path: string, there: Deno.FileInfo) => T): T | undefined {
    let value: T | undefined;
    for (let n = 0; n < tries; n++) {
      const there = ordinary(path);
      if (there === undefined) break;
      const stamp = stampOf(there);
      const before = this.#kept.get(path);
      if (before?.stamp === stamp && before.settled) {
        before.look = this.#look;
        return before.value as T;
      }
      this.reads++;
      try {
        value = take(path, there);
      } catch {
        value = undefined;
      }
      const after = ordinary(path);
      if (after === undefined || stampOf(after) !== stamp) continue;
      const settled = Date.now() - (there.mtime?.getTime() ?? Infinity) > unsettled;
      this.#kept.set(path, { stamp, settled, value, look: this.#look });
      return value;
    }
    this.#kept.delete(path);
    return value;
  }

  #text<T>(path: string, take: (text: string) => T): T | undefined {
    return this.#read(path, (path, there) => take(new TextDecoder().decode(readFrom(path, there, 0))));
  }

  /** The text of a file. */
  text(path: string): string | undefined {
    return this.#text(path, (text) => text);
  }

  /** The object in a JSON file. */
  json(path: string): Readonly<Record<string, unknown>> | undefined {
    return this.#text(path, toObject);
  }

  /** The objects of a log: lines that hold none, such as half of the last, are left out. */
  rows(path: string): readonly Readonly<Record<string, unknown>>[] {
    const take = (text: string) => text.split("\n").map(toObject).filter((row) => row !== undefined);
    return this.#text(path, take) ?? [];
  }

  /** The last line of a text that holds something. */
  lastLine(path: string, begins = ""): string | undefined {
    return this.#read(path, (path, there) => {
      const bytes = readFrom(path, there, Math.max(0, there.size - tailBytes));
      return new TextDecoder().decode(bytes).split(/[\n\r]/).findLast((line) =>
        line.trim() !== "" && line.startsWith(begins)
      )?.trim();
    });
  }

  /** Tells one state of some files from another. */
  stamp(paths: readonly string[]): string {
    return paths.map((path) => {
      const there = ordinary(path);
      return there === undefined ? "" : stampOf(there);
    }).join("\n");
  }
}

/** When a file last changed, in milliseconds since 1970. */
export const changedAt = (path: string): number | undefined => ordinary(path)?.mtime?.getTime();
