/** Finds a trained network: that of a run, or one that was exported. */
import { quoted, resuming } from "../../src/cli/flags.ts";
import { commandIn } from "../../src/config/settings_file.ts";
import { usageError } from "../../src/errors.ts";
import { join } from "../../src/io/paths.ts";
import { readText, statIfThere } from "../../src/io/read.ts";
import { settingsName } from "../../src/io/run_directory.ts";

/** Files with a trained network: a run has the first, an exported folder the second. */
const fileNames = ["weights.safetensors", "model.safetensors"] as const;

/**
 * The file of the trained network that a user names: a run, a folder that was exported, or the file itself.
 *
 * @throws UserError (exit 2) where there is none: what lies there instead, and which command makes one
 */
export function trainedFile(path: string): string {
  const there = statIfThere(path);
  if (there === undefined) {
    throw usageError(`There is no file or folder ${path}; give a run, an exported folder or its weights.`);
  }
  if (!there.isDirectory) return path;
  const name = fileNames.find((name) => statIfThere(join(path, name)));
  if (name !== undefined) return join(path, name);
  throw usageError(`${path} holds no trained network: ${whyUntrained(path)}`);
}

function whyUntrained(folder: string): string {
  const settings = join(folder, settingsName);
  const command = statIfThere(settings) && commandIn(readText(settings, { most: 1e6 }));
  if (command === undefined) return `it has neither ${fileNames.join(" nor ")}.`;
  return statIfThere(join(folder, "result.json"))
    ? `its search trained none; train its cell with evaluate --genotype ${quoted(folder)}.`
    : `its run has not come to its end; resume it with: ${resuming(command, folder)}`;
}
