/** Runs as children of this process, some at a time, beside those that other processes do in the same folder. */
import { runWords } from "../../src/report/mod.ts";
import { inParallel } from "../comparison/children.ts";
import { endOf, interrupted, stampOf } from "../comparison/ended.ts";
import { stateOf } from "../comparison/folder.ts";
import { runTaken, take } from "../comparison/run_once.ts";
import type { PlannedRun } from "../comparison/runs.ts";
import type { Launcher } from "./launcher.ts";

export const local: Launcher = async ({ config, tally, signal, note }) => {
  const { runs, finished, failures } = tally;
  const states = runs.map((run) => [run, stateOf(run)] as const);
  const told = new Set<PlannedRun>();
  const onBusy = (run: PlannedRun, by: string) => {
    if (!told.has(run)) note(`${run.name}: another process (${by}) runs it; it is waited for`);
    told.add(run);
  };
  for (const [run, state] of states) if (state.kind === "busy") onBusy(run, state.by);
  const missing = runs.filter((run) => !finished.has(run) && !failures.has(run));
  // A run that failed before is tried again, but not one that fails elsewhere meanwhile.
  const before = new Map(missing.map((run) => [run, stampOf(run.directory)]));
  const endedElsewhere = ({ directory }: PlannedRun, stamp: string | undefined) =>
    stampOf(directory) === stamp ? undefined : endOf(directory);
  let begun = finished.size;
  const options = { jobs: config.jobs, signal, take: (run: PlannedRun) => take(run, onBusy) };
  await inParallel(missing, options, async (run) => {
    const number = ++begun;
    const say = (words: string) => note(`[${number}/${runs.length}] ${run.name}: ${words}`);
    const failure = endedElsewhere(run, before.get(run)) ?? await runTaken(run, { signal, note: say });
    if (signal.aborted) return;
    if (failure?.code === interrupted) {
      // By its own folder: the others go on.
      tally.stopped.add(run);
      return say("stopped");
    }
    if (failure) failures.set(run, failure);
    tally.publish();
    const record = finished.get(run);
    say(record ? runWords(record) : `failed: ${failures.get(run)?.message}`);
  });
};
