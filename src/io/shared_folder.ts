/** A folder that processes on several machines work in at once, each on a part of its own. */
import { removeTemporaries } from "./files.ts";
import { lockIfFree } from "./lock.ts";
import { hearRequests } from "./stop_request.ts";

/** Milliseconds after which a file that was not written to its end was left by a process that is gone. */
const abandoned = 600_000;

/** Milliseconds between two tries to have the folder, of a process that came later. */
const again = 1000;

/**
 * Works in a folder until disposed of. Of several processes the first has its lock and hears who asks for a stop (see
 * stop_request.ts); when it leaves, one of the others has it.
 */
export function shareFolder(folder: string, onStop: (by: string) => void): Disposable {
  removeTemporaries(folder, abandoned);
  let held: Disposable[] = [];
  const attempt = () => {
    const lock = lockIfFree(folder);
    if (lock === undefined) return;
    held = [lock, hearRequests(folder, onStop)];
  };
  const timer = setInterval(() => {
    try {
      if (held.length === 0) attempt();
    } catch {
      // What is wrong with the folder, the next file that is written there says.
    }
  }, again);
  Deno.unrefTimer(timer);
  attempt();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      held.toReversed().forEach((one) => one[Symbol.dispose]());
    },
  };
}
