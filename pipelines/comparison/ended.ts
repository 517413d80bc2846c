/** How a run ended that did not come to its result: kept in its folder, for whoever looks next. */
import { removeFile, writeFileAtomic } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { readData, readTextIfThere } from "../../src/io/read.ts";

/** What the output of a run goes into, in its folder. */
export const logName = "log.txt";

/** Holds the exit code of its last session and the bytes that the log had before that, in its folder. */
export const endedName = ".ended";

/** Why a run did not come to its end. */
export interface Failure {
  readonly code: number;
  /** One sentence: the run's own last words, or how it ended. */
  readonly message: string;
}

/** Exit code of a run that was asked to stop. */
export const interrupted = 130;

/** Forgets how the last session of a run ended. */
export const forgetEnd = (directory: string): void => removeFile(join(directory, endedName));

/** Keeps how a session ended whose words follow that many bytes of the log, and returns it. */
export function keepEnd(directory: string, code: number, before: number): Failure {
  const content = `${code} ${before}\n`;
  writeFileAtomic(join(directory, endedName), content);
  return failureIn(directory, content)!;
}

/** How the last session of a run ended without a result; undefined where it did not, or nobody kept it. */
export function endOf(directory: string): Failure | undefined {
  const content = readTextIfThere(join(directory, endedName));
  return content === undefined ? undefined : failureIn(directory, content);
}

/** Tells one end of a run from another one. */
export const stampOf = (directory: string): string | undefined => {
  try {
    const { ino, mtime } = Deno.statSync(join(directory, endedName));
    return `${ino} ${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
};

function failureIn(directory: string, content: string): Failure | undefined {
  const [code, before] = content.trim().split(" ").map(Number);
  if (code === undefined || !Number.isInteger(code)) return undefined;
  const said = lastError(join(directory, logName), before ?? 0);
  const message = said ?? ended(code);
  return { code, message: /[.!?]$/.test(message) ? message : `${message}.` };
}

/** The last error in a log, of what follows so many bytes. */
function lastError(log: string, before: number): string | undefined {
  try {
    const words = new TextDecoder().decode(readData(log).subarray(before));
    const line = words.split("\n").findLast((line) => line.startsWith("error: "));
    return line?.slice("error: ".length);
  } catch {
    return undefined;
  }
}

/** Signals that end what does not heed them, by their numbers. */
const signals: Readonly<Record<number, string>> = { 1: "SIGHUP", 2: "SIGINT", 9: "SIGKILL", 15: "SIGTERM" };

/** How a shell tells of an end: 128 and the number of the signal. */
function ended(code: number): string {
  if (code === interrupted) return "It was stopped.";
  return code > 128
    ? `It was ended by ${signals[code - 128] ?? `signal ${code - 128}`}.`
    : `It ended with exit code ${code}.`;
}
