/**
 * Asking the process that has a folder to stop, by a file in it: everyone who may write to the folder may ask, from
 * another container or machine too, and no process is found by a number that may be another's by now.
 */
import { writeFileAtomic } from "./files.ts";
import { claimOf, isHere, lockName, ownerIn, signature } from "./lock.ts";
import { join } from "./paths.ts";
import { statIfThere } from "./read.ts";

/** In the folder from the request until it is heard. */
export const stopName = ".stop";

/** Milliseconds between two looks of the process that is asked, and of the one that waits. */
const hearing = 500;
const waiting = 100;

/**
 * Milliseconds within which a running process hears a request, for file systems without locks, where nothing else tells
 * whether one runs.
 */
const unheard = 3000;

/** Listens for requests in a folder that this process has claimed, until disposed of; the first calls `react`. */
export function hearRequests(folder: string, react: (by: string) => void): Disposable {
  const path = join(folder, stopName);
  // One that was meant for a process before.
  remove(path);
  const timer = setInterval(() => {
    if (!isFile(path)) return;
    clearInterval(timer);
    const by = asker(path);
    remove(path);
    react(by);
  }, hearing);
  Deno.unrefTimer(timer);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      remove(path);
    },
  };
}

export interface Asked {
  /** The process, in words. */
  readonly by: string;
  /** `busy` when it has not stopped within the time; it will when it hears of the request, which stays. */
  readonly end: "stopped" | "busy";
}

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Milliseconds to wait. */
  readonly patience: number;
  /** Told the process, in words, that is waited for. */
  readonly onAsked: (by: string) => void;
}

/**
 * Asks the process that has a folder to stop and waits until it has. Undefined where there is none. Throws a data error
 * where the request cannot be written, and the signal's reason when that aborts; the request is then withdrawn.
 */
export async function askToStop(
  folder: string,
  { signal, patience, onAsked }: AskOptions,
): Promise<Asked | undefined> {
  const before = claimOf(folder);
  if (before === undefined) return undefined;
  const { by } = before;
  const lock = join(folder, lockName);
  const asked = ownerIn(lock);
  /** A process that waited for the folder may have taken it between two looks. */
  const isAnother = () => {
    const now = ownerIn(lock);
    return now !== undefined && (now.pid !== asked?.pid || now.host !== asked.host);
  };
  const path = join(folder, stopName);
  writeFileAtomic(path, signature());
  let { held } = before;
  /** Without a lock the process may be gone, and its number another's. */
  let told = false;
  const tell = () => {
    if (!told) onAsked(by);
    told = true;
  };
  if (held) tell();
  const began = performance.now();
  let end: Asked["end"] | undefined;
  try {
    for (;;) {
      await new Promise((wait) => setTimeout(wait, waiting));
      signal.throwIfAborted();
      const now = claimOf(folder);
      if (now === undefined || (held && !now.held) || isAnother()) return { by, end: end = "stopped" };
      held ||= now.held;
      const heard = held || !isFile(path);
      if (heard) tell();
      if (!heard && performance.now() - began > unheard) return undefined;
      if (performance.now() - began > patience) return { by, end: end = "busy" };
    }
  } finally {
    if (end !== "busy") remove(path);
  }
}

/** A link would lead to a file that is nobody's request. */
const isFile = (path: string): boolean => statIfThere(path, Deno.lstatSync)?.isFile ?? false;

function asker(path: string): string {
  const by = ownerIn(path);
  if (by === undefined) return "another process";
  return isHere(by) ? `process ${by.pid}` : `process ${by.pid} on ${by.host}`;
}

function remove(path: string): void {
  try {
    if (isFile(path)) Deno.removeSync(path);
  } catch {
    // It is gone, or the folder went read-only: who claims it next removes it.
  }
}
