/** Files of settings: the one that a command line names, and those that runs have in their folders. */
import { usageError, type UserError } from "../errors.ts";
import { checkUnused } from "../io/lock.ts";
import { join } from "../io/paths.ts";
import { checkFinite, readReason } from "../io/read.ts";
import type { ConfigFile } from "./resolve.ts";
import { settingsFile } from "./resume.ts";
import { commands, type CommandShape } from "./spec.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * The settings that a command line names: those of `--config`, or of the run that `--resume` names. Raises a usage
 * error where they cannot be read.
 */
export function readSettingsFile(flags: Values, config: string | undefined): ConfigFile | undefined {
  const path = settingsFile(flags, config);
  if (path === undefined) return undefined;
  const run = flags["resume"];
  try {
    if (run !== undefined) checkFinite(path);
    // TextDecoder drops the byte order mark that some editors write.
    return { path, text: new TextDecoder().decode(Deno.readFileSync(path)) };
  } catch (cause) {
    if (run !== undefined) throw noRun(String(run), cause);
    if (cause instanceof Deno.errors.NotFound) throw usageError(`There is no config file ${path}.`);
    throw usageError(`Cannot read the config file ${path}: ${readReason(cause)}.`, { cause });
  }
}

function noRun(run: string, cause: unknown): UserError {
  const why = (): string => {
    if (cause instanceof Deno.errors.NotADirectory) return "it is a file";
    if (cause instanceof Deno.errors.NotCapable) return readReason(cause);
    if (!(cause instanceof Deno.errors.NotFound)) return `config.json cannot be read: ${readReason(cause)}`;
    return exists(run) ? "it has no config.json" : "there is no such folder";
  };
  return usageError(`There is no run to resume in ${run}: ${why()}.`, { cause });
}

/** Whether all of these settings are a command's own. */
export const fits = ({ schema }: CommandShape, settings: Values): boolean =>
  Object.keys(settings).every((key) => Object.hasOwn(schema.shape, key));

/** The command whose runs have such settings, undefined where there is none. */
export const commandOf = (settings: Values): string | undefined =>
  Object.values<CommandShape>(commands).find((spec) => "resume" in spec.schema.shape && fits(spec, settings))
    ?.name;

/** The settings in the text of a file; undefined where it holds none. */
export function settingsIn(text: string): Values | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The settings of the run in a folder that has not come to its end; undefined where there is no such run. Raises a
 * usage error where another process runs in it.
 */
export function unfinishedRun(folder: string): Values | undefined {
  checkUnused(folder);
  try {
    const path = join(folder, "config.json");
    checkFinite(path);
    const settings = settingsIn(Deno.readTextFileSync(path));
    return exists(join(folder, "result.json")) ? undefined : settings;
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}
