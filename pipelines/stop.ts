/** `stop`: asks the process that works in a run's folder to save and stop. */
import { resuming } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { unfinishedCommand } from "../src/config/settings_file.ts";
import { stopCommand } from "../src/config/spec.ts";
import { usageError } from "../src/errors.ts";
import { hasCheckpoints } from "../src/io/checkpoint.ts";
import { join } from "../src/io/paths.ts";
import { statIfThere } from "../src/io/read.ts";
import { askToStop } from "../src/io/stop_request.ts";
import { recordIn } from "./comparison/directory.ts";

/** Milliseconds that a process has to stop: a step on a slow driver takes some seconds. */
const patience = 60_000;

await runCommand(stopCommand, async ({ run, json }, { signal, progress, print }) => {
  const kind = statIfThere(run);
  if (!kind?.isDirectory) {
    throw usageError(`There is no run in ${run}: ${kind ? "it is a file" : "there is no such folder"}.`);
  }
  confineWrites([run]);
  const asked = await askToStop(run, {
    signal,
    patience,
    onAsked: (by) => progress.note(`Asked the process (${by}) that runs in ${run} to stop after its step`),
  });
  if (asked === undefined) throw usageError(`No process runs in ${run}; ${standing(run).words}`);
  if (asked.end === "busy") {
    throw usageError(
      `The process (${asked.by}) that runs in ${run} has not stopped within a minute; it will when its step is done, ` +
        "or end it by its number: what it saved last is kept.",
    );
  }
  const { words, resume } = standing(run);
  if (json) return print(JSON.stringify({ run, process: asked.by, stopped: true, resume: resume ?? null }));
  print(`The process (${asked.by}) that ran in ${run} has stopped; ${words}`);
});

/** How far the run in a folder is that no process runs in, and the command that resumes it, where one can. */
function standing(run: string): { words: string; resume?: string } {
  if (!statIfThere(run)) return { words: "nothing had been saved yet, and nothing is left." };
  const command = unfinishedCommand(run);
  const begun = command === "compare" ? !isWhole(run) : hasCheckpoints(join(run, "checkpoints"));
  if (command !== undefined && begun) {
    const resume = resuming(command, run);
    return { words: `resume its run with: ${resume}`, resume };
  }
  const ended = command === "compare" || statIfThere(join(run, "result.json")) !== undefined;
  return { words: ended ? "its run has come to its end." : "there is nothing in it to resume." };
}

/** Whether all runs of a comparison are done. */
function isWhole(folder: string): boolean {
  const runs = recordIn(folder)?.["runs"];
  return Array.isArray(runs) && runs.every(({ state }) => state === "done");
}
