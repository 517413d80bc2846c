/** The script of an array of jobs: each task is a search, begun or resumed, that saves and goes back to the queue. */
import { quoted } from "../../src/quoted.ts";
import { wholeTask } from "../../src/cli/tasks.ts";
import { fromFileUrl } from "../../src/io/paths.ts";
import { interrupted } from "../comparison/ended.ts";
import type { PlannedRun } from "../comparison/runs.ts";
import { chooseRun, doRun, endRun, prepareRun, words } from "./task_script.ts";

const root = new URL("../../", import.meta.url);

/** What Deno is called with for a search from any folder. */
const search = wholeTask("search").map((word) =>
  word.endsWith(".ts") ? fromFileUrl(new URL(word, root)) : word
);

export interface ScriptOptions {
  /** Where the paths of the runs count from: an absolute path. */
  readonly cwd: string;
  /** Deno, as this machine has it. */
  readonly deno: string;
  /** Lines of bash before a run. */
  readonly setup: string | undefined;
}

/**
 * A bash script for `sbatch --array=0-N`; task n is the n-th run.
 *
 * SLURM warns by SIGUSR1 before the time limit (`--signal`), and by SIGTERM where a job is preempted or cancelled. The
 * search then saves and ends with 130. While SLURM still shows the task as running nobody else ends it: it goes back to
 * the queue, if it has come further since it began. Otherwise SLURM itself does what is to be done: a preempted task is
 * queued again, a cancelled one is not.
 */
export const slurmScript = (runs: readonly PlannedRun[], { cwd, deno, setup }: ScriptOptions): string =>
  `#!/bin/bash
# Each task of the array is a run of a comparison. Written by compare --launcher slurm.
${chooseRun(runs, "SLURM_ARRAY_TASK_ID")}
${setup ?? "# no setup"}
cd ${quoted(cwd)} || exit 2
# What belongs to the process that handed this in.
unset MS_DARTS_STARTER INIT_CWD
deno=${quoted(deno)}
task="\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"

${prepareRun}
newest() { ls "$run/checkpoints" 2> /dev/null | tail -n 1; }
had=$(newest)
${doRun(`"$deno" ${words(search)}`)}
if [ -n "$asked" ] && [ "$code" -eq ${interrupted} ] &&
  [ "$(squeue --noheader --jobs="$task" --format=%T)" = RUNNING ]; then
  if [ "$(newest)" = "$had" ]; then
    echo "The run has come no further since this job began: it needs more time."
  elif scontrol requeue "$task"; then
    exit "$code"
  fi
fi
${endRun}
`;
