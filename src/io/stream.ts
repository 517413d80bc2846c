/** Reading what has no length beforehand: pipes and standard input. Both are gone once they are read. */
import { closeSync, constants, openSync, readSync } from "node:fs";

/** Reads into the bytes and returns how many, null at the end. */
type Reader = (bytes: Uint8Array) => number | null;

/** At most `most` bytes; fewer only where the stream ends. */
export function readUpTo(read: Reader, most: number): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(Math.min(most, 2 ** 16));
  let length = 0;
  while (length < most) {
    if (length === bytes.length) {
      const longer = new Uint8Array(Math.min(most, 2 * length));
      longer.set(bytes);
      bytes = longer;
    }
    const count = read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/** How a command line names standard input; the last two are what `/dev/stdin` links to. */
const standardInputs = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** Whether a path means standard input. Deno guards all of its names, but hands it out itself. */
export const isStandardInput = (path: string): boolean => standardInputs.includes(path);

/** Whether a path, or any other text, stands for what can be read only once. */
export function isStream(path: string): boolean {
  if (isStandardInput(path)) return true;
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

/** At most `most` bytes of standard input. Throws an Error where that is a terminal. */
export function readStandardInput(most: number): Uint8Array<ArrayBuffer> {
  // A read holds up Ctrl-C as well, and who types nothing would wait for ever.
  if (Deno.stdin.isTerminal()) {
    throw new Error("it is the terminal; send a file or a program's output into it");
  }
  return readUpTo((bytes) => Deno.stdin.readSync(bytes), most);
}

/** Milliseconds between two looks into a pipe that is empty. */
const pause = 20;
/** Milliseconds in which a program must have begun to write to a pipe. */
const longestStart = 2000;
/** Milliseconds for which a program may hold a pipe without writing. */
const longestSilence = 60_000;

/** At most `most` bytes of the pipe at a path. Throws an Error where nobody writes to it. */
export function readPipe(path: string, most: number): Uint8Array<ArrayBuffer> {
  // Opened as usual, a pipe without a writer waits for one, and Ctrl-C with it.
  const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let begun = false;
  const read = (bytes: Uint8Array): number | null => {
    for (let waited = 0;; waited += pause) {
      const count = readNow(pipe, bytes);
      if (count) begun = true;
      if (count || begun && count === 0) return count || null;
      if (count === 0 && waited >= longestStart) throw new Error("it is a pipe that nobody writes to");
      if (waited >= longestSilence) {
        throw new Error(`it is a pipe that had nothing to say for ${longestSilence / 1000} seconds`);
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  };
  try {
    return readUpTo(read, most);
  } finally {
    closeSync(pipe);
  }
}

/** Bytes read from a pipe: 0 where nobody holds its other end, undefined where somebody does and has not written. */
function readNow(pipe: number, bytes: Uint8Array): number | undefined {
  try {
    return readSync(pipe, bytes, 0, bytes.length, null);
  } catch (cause) {
    if ((cause as { code?: string }).code === "EAGAIN") return undefined;
    throw cause;
  }
}
