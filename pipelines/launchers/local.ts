/** Runs as children of this process, some at a time, beside those that other processes do in the same folder. */
import { runWords } from "../../src/report/mod.ts";
import { runMissing } from "../comparison/run_missing.ts";
import type { Launcher } from "./launcher.ts";

export const local: Launcher = async ({ config, tally, signal, note }) => {
  const { runs, finished, failures } = tally;
  const stopped = await runMissing(runs.filter((run) => !finished.has(run) && !failures.has(run)), {
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
