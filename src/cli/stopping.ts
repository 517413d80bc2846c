/** How a command is asked to stop: by signals, by the end of what started it, or by another process. */
import { onParentGone } from "../setup/parent.ts";

export interface Stopping {
  /** Aborted when the command is to stop. */
  readonly signal: AbortSignal;
  /** Asks for it on behalf of another process, which is given in words. */
  onStop(by: string): void;
}

/**
 * Begins to listen. A second signal ends the process at once, and so does the first of whatever asks a command that
 * `endsAtOnce`, with that exit code.
 *
 * @param say takes a line for the user; with an empty one it clears the way for what may come last.
 */
export function listen(say: (line: string) => void, endsAtOnce?: 130 | 0): Stopping {
  const controller = new AbortController();
  const stop = (why?: string) => {
    if (endsAtOnce !== undefined) {
      say(why === undefined ? "" : `Stopping, ${why}.`);
      Deno.exit(endsAtOnce);
    }
    if (controller.signal.aborted) return;
    controller.abort();
    say(`Stopping after this step${why === undefined ? "" : `, ${why}`}; Ctrl-C again stops at once.`);
  };
  onStopSignal((again) => {
    if (again) {
      say("");
      Deno.exit(130);
    }
    stop();
  });
  onParentGone(() => stop("for what started this is gone"));
  return { signal: controller.signal, onStop: (by) => stop(`as ${by} asked`) };
}

/** Signals that come within these milliseconds are one: `deno task` passes on the Ctrl-C that the terminal sent too. */
const echo = 250;

/** Calls back at the first Ctrl-C, SIGTERM, SIGHUP or SIGUSR1, and with `again` at each later one. */
function onStopSignal(react: (again: boolean) => void): void {
  let first: number | undefined;
  const listener = () => {
    const now = performance.now();
    if (first !== undefined && now - first < echo) return;
    const again = first !== undefined;
    first ??= now;
    react(again);
  };
  Deno.addSignalListener("SIGINT", listener);
  if (Deno.build.os === "windows") return;
  // A terminal that is closed hangs up on what runs in it; a cluster sends SIGUSR1 before a job's time is over.
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR1"] as const) Deno.addSignalListener(signal, listener);
}
