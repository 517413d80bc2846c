/** Runs as children of this process, some at a time, beside those that other processes do in the same folder. */
import { runWords } from "../../src/report/mod.ts";
import { runMissing } from "../comparison/run_missing.ts";
import type { Launcher } from "./launcher.ts";
import { openRuns } from "./missing.ts";

export const local: Launcher = async ({ config, tally, signal, note }) => {
  const { runs, finished, failures } = tally;
  const stopped = await runMissing(openRuns(tally), {
    done: finished.size,
    all: runs.length,
    jobs: config.jobs,
    signal,
    note,
    onEnd: (run, failure) => {
      if (failure) failures.set(run, failure);
      tally.publish();
      const record = finished.get(run);
      return record ? runWords(record) : `failed: ${failures.get(run)?.message}`;
    },
  });
  for (const run of stopped) tally.stopped.add(run);
};
