/** What a command line says of runs that are there, before anything is done: the right command for each. */
import { commandOf, settingsIn, unfinishedRun } from "../config/settings_file.ts";
import type { CommandShape } from "../config/command.ts";
import { usageError } from "../errors.ts";
import { quoted, runner } from "./flags.ts";

/** Raises a usage error that names the right command where the settings of a run are those of another one. */
export function checkCommand(
  spec: CommandShape,
  run: string,
  text: string,
  { resumed }: { readonly resumed: boolean },
): void {
  const settings = settingsIn(text);
  const command = settings && commandOf(settings);
  if (command === undefined || command === spec.name) return;
  const advice = resumed
    ? `it goes on with: ${resuming(command, run)}`
    : `its settings are for ${runner} ${command} --config ${quoted(run)}`;
  throw usageError(`${run} holds a run of ${command}, not of ${spec.name}; ${advice}`);
}

/** Commands that want a new folder: `compare` goes on in its own. */
const newFolders = ["search", "evaluate"];

/** Raises a usage error where a command is to begin a run in the folder of one of its own that was stopped. */
export function checkStopped(spec: CommandShape, out: string): void {
  if (!newFolders.includes(spec.name)) return;
  const settings = unfinishedRun(out);
  if (settings === undefined || commandOf(settings) !== spec.name) return;
  throw usageError(
    `The directory ${out} holds a run that has not come to its end; choose another --out or go on with it: ${
      resuming(spec.name, out)
    }`,
  );
}

const resuming = (command: string, run: string): string => `${runner} ${command} --resume ${quoted(run)}`;
