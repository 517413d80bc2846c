/** One process at a time in a folder: a lock on a file in it, which the system frees with the process that holds it. */
import { usageError } from "../errors.ts";
import { reason } from "./files.ts";
import { join } from "./paths.ts";

/** In the folder while a process has it; one that was killed leaves it behind, unlocked. */
export const LOCK_FILE = ".lock";

/** How often a file is taken for one that was removed: some file systems number their files anew each time. */
const mostTries = 100;

/**
 * Keeps other processes out of a folder that exists, until this is disposed of or the process ends; the file of the
 * lock is then removed. Raises a usage error that names the process where one is in there already. On a file system
 * without locks nobody is kept out.
 */
export function lockFolder(folder: string): Disposable {
  const path = join(folder, LOCK_FILE);
  for (let tries = 1;; tries++) {
    const file = open(path, folder);
    if (!lock(file)) {
      file.close();
      throw usageError(
        `Another process (${owner(path)}) runs in ${folder}; wait for its end or choose another --out.`,
      );
    }
    // The file may have been removed, by who held it, between its opening and the lock.
    if (tries === mostTries || isSame(file, path)) {
      file.truncateSync();
      file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
      return { [Symbol.dispose]: () => release(file, path) };
    }
    file.close();
  }
}

function open(path: string, folder: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, create: true });
  } catch (cause) {
    throw usageError(`Cannot lock the directory ${folder}: ${reason(cause)}.`, { cause });
  }
}

function lock(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    // Some network file systems have no locks.
    return true;
  }
}

function isSame(file: Deno.FsFile, path: string): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch {
    return false;
  }
}

/** Removes the file before the lock goes: whoever opened it meanwhile sees that it is not that of the folder. */
function release(file: Deno.FsFile, path: string): void {
  try {
    if (isSame(file, path)) Deno.removeSync(path);
  } catch {
    // On a disk that went read-only it stays, and is free all the same.
  }
  file.close();
}

/** The process that holds a lock, in words. */
function owner(path: string): string {
  try {
    const pid = Deno.readTextFileSync(path).trim();
    return /^\d+$/.test(pid) ? `pid ${pid}` : "pid unknown";
  } catch {
    return "pid unknown";
  }
}
