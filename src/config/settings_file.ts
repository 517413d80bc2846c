/** Files of settings: the one that a command line names, and those that runs have in their folders. */
import { usageError } from "../errors.ts";
import { checkUnused } from "../io/lock.ts";
import { basename, dirname, join } from "../io/paths.ts";
import { checkFinite, parseJson, readNamed, readReason, readText, statIfThere } from "../io/read.ts";
import { checkRun, noRun } from "../io/run_directory.ts";
import { settingsName } from "../io/run_files.ts";
import { setting } from "../setting.ts";
import type { ConfigFile } from "./resolve.ts";
import { checkTogether } from "./resume.ts";
import type { CommandShape } from "./command.ts";
import { commands } from "./spec.ts";

type Values = Readonly<Record<string, unknown>>;

/** Bytes of a settings file; every setting of a command takes a few thousand. */
const most = 1e6;

/** Files of which one lies beside the settings of every run. */
const marks = ["environment.json", "comparison.json"];

/**
 * The settings that a command line names: those of `--config`, which may be the folder of a run, or of the run that
 * `--resume` names. Throws a usage error where they cannot be read.
 */
export function readSettingsFile(flags: Values, config: string | undefined): ConfigFile | undefined {
  const run = flags["resume"];
  checkTogether(flags, config);
  if (run !== undefined) return readRunSettings(String(run), { verb: "resume" });
  if (config === undefined) return undefined;
  if (config === "") {
    throw usageError(
      `${setting("config")} is "", but must be a file of settings, or the directory of a run.`,
    );
  }
  if (statIfThere(config)?.isDirectory) return readRunSettings(config, { verb: "take settings from" });
  const text = readNamed("config file", config, { most });
  const ofRun = basename(config) === settingsName &&
    marks.some((name) => statIfThere(join(dirname(config), name)));
  return { path: config === "-" ? "standard input" : config, text, ofRun };
}

/** The settings in a run's folder. Throws a usage error where there are none; `verb` is what they are needed for. */
export function readRunSettings(run: string, { verb }: { readonly verb: string }): ConfigFile {
  checkRun(run, { verb });
  try {
    return { path: join(run, settingsName), text: textOf(run), ofRun: true };
  } catch (cause) {
    throw noRun(run, verb, `${settingsName} cannot be read: ${readReason(cause)}`, cause);
  }
}

function textOf(run: string): string {
  const path = join(run, settingsName);
  checkFinite(path);
  return readText(path, { most });
}

/** Commands whose runs can be resumed. */
const resumable = Object.values<CommandShape>(commands).filter(({ schema }) => "resume" in schema.shape);

/**
 * The command whose runs have the settings in a text: it knows more of them than any other, though a version before or
 * after may have had some more. Undefined where several know as many, and where there are none.
 */
export function commandIn(text: string): string | undefined {
  let keys: readonly string[];
  try {
    keys = Object.keys(parseJson(text, settingsName));
  } catch {
    return undefined;
  }
  const known = resumable.map(({ name, schema }) => ({
    name,
    count: keys.filter((key) => Object.hasOwn(schema.shape, key)).length,
  }));
  const [best, next] = known.sort((a, b) => b.count - a.count);
  return best!.count > next!.count ? best!.name : undefined;
}

/**
 * The command whose run in a folder has not come to its end; undefined where there is no such run. Throws a usage error
 * where another process runs in it.
 */
export function unfinishedCommand(folder: string): string | undefined {
  checkUnused(folder);
  try {
    return statIfThere(join(folder, "result.json")) ? undefined : commandIn(textOf(folder));
  } catch {
    return undefined;
  }
}
