/** The runs that are missing of a comparison or a study: some at a time, beside those that other processes do. */
import { inParallel } from "./children.ts";
import { endOf, type Failure, forgetEnd, interrupted, stampOf } from "./ended.ts";
import { busyBy } from "./folder.ts";
import { runTaken, take } from "./run_once.ts";
import type { PlannedRun } from "./runs.ts";

/** How they are done. */
export interface MissingRuns {
  /** Of all runs, how many were done before. */
  readonly done: number;
  readonly all: number;
  /** How many run at a time. */
  readonly jobs: number;
  /** Whether those that are finished have still to be asked whether they are of the images at hand. */
  readonly verify?: boolean;
  readonly signal: AbortSignal;
  /** Told what happens to each. */
  readonly note: (words: string) => void;
  /** A run has ended, well or with a failure: what there is to say of it. */
  readonly onEnd: (run: PlannedRun, failure: Failure | undefined) => string;
}

/**
 * Does them. Those that another process has are waited for; a run that failed before is tried again, but not one that
 * fails elsewhere meanwhile.
 *
 * @returns those that were stopped by their own folders
 */
export async function runMissing(
  missing: readonly PlannedRun[],
  { done, all, jobs, verify, signal, note, onEnd }: MissingRuns,
): Promise<PlannedRun[]> {
  const stopped: PlannedRun[] = [];
  const told = new Set<PlannedRun>();
  const onBusy = (run: PlannedRun, by: string) => {
    if (!told.has(run)) note(`${run.name}: another process (${by}) runs it; it is waited for`);
    told.add(run);
  };
  for (const run of missing) {
    const by = busyBy(run);
    if (by !== undefined) onBusy(run, by);
  }
  const before = new Map(missing.map((run) => [run, stampOf(run.directory)]));
  const endedElsewhere = (run: PlannedRun) =>
    stampOf(run.directory) === before.get(run) ? undefined : endOf(run.directory);
  let begun = done;
  await inParallel(missing, { jobs, signal, take: (run) => take(run, onBusy) }, async (run) => {
    const number = ++begun;
    const say = (words: string) => note(`[${number}/${all}] ${run.name}: ${words}`);
    const failure = endedElsewhere(run) ?? await runTaken(run, { signal, verify, note: say });
    // Another process that waits for it goes on with it.
    if (signal.aborted) return forgetEnd(run.directory);
    if (failure?.code !== interrupted) return say(onEnd(run, failure));
    stopped.push(run);
    say("stopped");
  });
  return stopped;
}
