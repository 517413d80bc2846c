/** What a command line says of runs that are there, before anything is done: the right command for each. */
import { commandIn, unfinishedCommand } from "../config/settings_file.ts";
import type { CommandShape } from "../config/command.ts";
import { runner } from "../environment.ts";
import { usageError } from "../errors.ts";
import { resuming } from "./flags.ts";
import { quoted } from "../quoted.ts";

/** Throws a usage error that names the right command where the settings of a run are those of another one. */
export function checkCommand(
  spec: CommandShape,
  run: string,
  text: string,
  { resumed }: { readonly resumed: boolean },
): void {
  const command = commandIn(text);
  if (command === undefined || command === spec.name) return;
  const advice = resumed
    ? `resume it with: ${resuming(command, run)}`
    : `its settings are for ${runner} ${command} --config ${quoted(run)}`;
  throw usageError(`${run} holds a run of ${command}, not of ${spec.name}; ${advice}`);
}

/** Commands that need a new folder: `compare` resumes in its own. */
const newFolders = ["search", "evaluate"];

/** Throws a usage error where a command is to begin a run in the folder of one of its own that was stopped. */
export function checkStopped(spec: CommandShape, out: string): void {
  if (!newFolders.includes(spec.name) || unfinishedCommand(out) !== spec.name) return;
  throw usageError(
    `The directory ${out} holds a run that has not come to its end; choose another --out or resume it with: ${
      resuming(spec.name, out)
    }`,
  );
}
