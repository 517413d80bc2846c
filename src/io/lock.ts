/**
 * Lets one process at a time use a folder: a lock on a file in it, which the system releases when the process ends. A
 * folder that several machines share may have no locks between them, so the file says which process on which machine
 * has it, with how many bytes of memory, and is written again as long as that process lives.
 */
import { host } from "../environment.ts";
import { usageError, type UserError } from "../errors.ts";
import { setting } from "../setting.ts";
import { attempt, reason } from "./files.ts";
import { join } from "./paths.ts";
import { readText, statIfThere } from "./read.ts";

/** The lock's file, in the folder while a process has it; a process that was killed leaves it behind, unlocked. */
export const lockName = ".lock";

/** How often a file is taken for one that was removed: some file systems number their files anew each time. */
const mostTries = 100;

/** Milliseconds between two signs of life, and after which the last one of another machine counts no more. */
const beat = 10_000;
const silence = 60_000;

const usualAdvice = `wait for its end or choose another ${setting("out")}`;

const occupied = (folder: string, by: string, advice: string): UserError =>
  usageError(`Another process (${by}) runs in ${folder}; ${advice}.`);

/**
 * Keeps other processes out of a folder that exists, until this is disposed of or the process ends; the file of the
 * lock is then removed. Throws a usage error that names the process where one is in there already, with `advice` of
 * what to do then. On a file system without locks nobody is kept out.
 */
export function lockFolder(folder: string, advice = usualAdvice): Disposable {
  const path = join(folder, lockName);
  const lock = lockIfFree(folder, path);
  if (lock === undefined) throw occupied(folder, owner(path), advice);
  return lock;
}

/** The same, by another file where `path` is given; undefined where another process has it. */
export function lockIfFree(folder: string, path = join(folder, lockName)): Disposable | undefined {
  for (let tries = 1;; tries++) {
    const file = open(path, folder);
    if (!lockPatiently(file) || livesElsewhere(path)) {
      file.close();
      return undefined;
    }
    // The file may have been removed, by who held it, between its opening and the lock.
    if (tries === mostTries || isSame(file, path)) {
      file.truncateSync();
      sign(file);
      const beating = setInterval(() => sign(file), beat);
      Deno.unrefTimer(beating);
      return {
        [Symbol.dispose]: () => {
          clearInterval(beating);
          release(file, path);
        },
      };
    }
    file.close();
  }
}

/** A claim of a folder. */
export interface Claim {
  /** The process, in words. */
  readonly by: string;
  /** Whether the process surely runs; without a lock it was killed, or the file system has no locks. */
  readonly held: boolean;
}

/** The claim that a folder shows, by another file where its lock is one; undefined where there is none. */
export function claimOf(folder: string, path = join(folder, lockName)): Claim | undefined {
  if (statForRun(path, folder, Deno.lstatSync) === undefined) return undefined;
  using file = openIfThere(path, folder);
  // Shared, so that those who look do not take each other for who has it.
  return file && { by: owner(path), held: !lock(file, "shared") || livesElsewhere(path) };
}

/** The process that has a folder, in words; undefined where there is none. `path` as for {@link claimOf}. */
export function occupant(folder: string, path?: string): string | undefined {
  const claim = claimOf(folder, path);
  return claim?.held ? claim.by : undefined;
}

/** What the process that has a folder tells of itself. */
export interface Life {
  readonly pid: string;
  /** Undefined where it may not know the name of its machine. */
  readonly host?: string;
  /** Bytes that it had of the machine's memory. */
  readonly memory?: number;
  /** Milliseconds since it last said so, by the clocks of both machines. */
  readonly heard: number;
  /** Whether it lives: it was heard of lately, and the lock is not free as a process that was killed leaves it. */
  readonly alive: boolean;
}

/** What is known of the process that has a folder, or had it and was killed; undefined where there is none. */
export function lifeIn(folder: string): Life | undefined {
  const path = join(folder, lockName);
  try {
    if (!Deno.lstatSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    const owner = ownerIn(path);
    if (owner === undefined) return undefined;
    const free = isHere(owner) && tryLock(file, "shared") === true;
    const heard = Math.max(0, unheard(path));
    return { ...owner, heard, alive: !free && heard < silence };
  } catch {
    // It was removed meanwhile, or is not this user's to read.
    return undefined;
  }
}

/** Throws a usage error where another process runs in a folder, before anything else is said about it. */
export function checkUnused(folder: string, advice = usualAdvice): void {
  const by = occupant(folder);
  if (by !== undefined) throw occupied(folder, by, advice);
}

/** Throws a usage error for anything but an ordinary file: a link would have its target written over. */
function checkOrdinary(path: string, folder: string): void {
  if (statForRun(path, folder, Deno.lstatSync)?.isFile !== false) return;
  throw usageError(`Cannot lock the directory ${folder}: ${path} is no ordinary file; remove it.`);
}

function open(path: string, folder: string): Deno.FsFile {
  checkOrdinary(path, folder);
  const act = () => Deno.openSync(path, { write: true, create: true });
  return attempt(`Cannot lock the directory ${folder}`, act, usageError);
}

/** The same, opened for reading; undefined where it was removed meanwhile by the process that had it. */
function openIfThere(path: string, folder: string): Deno.FsFile | undefined {
  checkOrdinary(path, folder);
  return attempt(`Cannot look whether a process runs in ${folder}`, () => {
    try {
      return Deno.openSync(path);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw cause;
    }
  }, usageError);
}

/** How long a process that only reads the lock may hold it, and the time between two tries, in milliseconds. */
const looked = 100;
const pause = 10;

/** A process that only looks holds the lock for a moment. */
function lockPatiently(file: Deno.FsFile): boolean {
  const wait = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < looked; waited += pause) {
    if (lock(file, "exclusive")) return true;
    Atomics.wait(wait, 0, 0, pause);
  }
  return lock(file, "exclusive");
}

const lock = (file: Deno.FsFile, kind: "shared" | "exclusive"): boolean => tryLock(file, kind) ?? true;

/** Whether the lock was free; undefined on a file system that has none, as some of networks are. */
function tryLock(file: Deno.FsFile, kind: "shared" | "exclusive"): boolean | undefined {
  try {
    return file.tryLockSync(kind === "exclusive");
  } catch {
    return undefined;
  }
}

const isSame = (file: Deno.FsFile, path: string): boolean =>
  statIfThere(path, Deno.lstatSync)?.ino === file.statSync().ino;

/**
 * What a path stands for (see `statIfThere`), on the way to the folder of a run; undefined where there is nothing. Throws
 * a usage error where it cannot be looked at.
 */
export function statForRun(path: string, folder: string, look = Deno.statSync): Deno.FileInfo | undefined {
  try {
    return look(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw usageError(`Cannot use ${folder} as the run directory: ${reason(cause)}.`, { cause });
  }
}

/** Removes the file before the lock is released: a process that opened it meanwhile sees that it is not the folder's. */
function release(file: Deno.FsFile, path: string): void {
  try {
    if (isSame(file, path)) Deno.removeSync(path);
  } catch {
    // On a disk that went read-only it stays, and is free all the same.
  }
  file.close();
}

/** This process among those of all machines, as it writes itself into files. */
export const signature = (): string => `${Deno.pid}${host === undefined ? "" : ` ${host}`}\n`;

/** Writes who has the folder; the file system then says when. */
function sign(file: Deno.FsFile): void {
  try {
    file.seekSync(0, Deno.SeekMode.Start);
    const life = host === undefined ? signature() : signature().replace("\n", ` ${memoryWords()}\n`);
    file.writeSync(new TextEncoder().encode(life));
  } catch {
    // A disk that went read-only or full: the lock itself still holds on this machine.
  }
}

/** Bytes of memory, in as many characters each time: what is written later covers what was written before. */
const memoryWords = (): string => String(Deno.memoryUsage().rss).padEnd(15);

/** Whether a process on another machine has given a sign of life lately. */
function livesElsewhere(path: string): boolean {
  const other = ownerIn(path);
  return other !== undefined && !isHere(other) && unheard(path) < silence;
}

/** Whether a process is one of this machine, as far as it tells. */
export const isHere = (process: Pick<Life, "host">): boolean =>
  process.host === undefined || process.host === host;

/** Milliseconds since a file was written, by the clocks of both machines. */
const unheard = (path: string): number => Date.now() - (statIfThere(path)?.mtime?.getTime() ?? 0);

/** The process that holds a lock, in words. */
function owner(path: string): string {
  const there = ownerIn(path);
  if (there === undefined || isHere(there)) return `pid ${there?.pid ?? "unknown"}`;
  const seconds = Math.max(0, Math.round(unheard(path) / 1000));
  return `pid ${there.pid} on ${there.host}, heard of ${seconds} s ago`;
}

/**
 * The process that wrote its number, and maybe its machine and its memory, into a file; undefined where that does not
 * tell.
 */
export function ownerIn(path: string): Pick<Life, "pid" | "host" | "memory"> | undefined {
  try {
    const words = /^\s*(\d+)(?: (\S+)(?: (\d+))?)?\s*$/.exec(readText(path, { most: 300 }));
    const [, pid, on, memory] = words ?? [];
    if (pid === undefined) return undefined;
    return {
      pid,
      ...on !== undefined && { host: on },
      ...memory !== undefined && { memory: Number(memory) },
    };
  } catch {
    return undefined;
  }
}
