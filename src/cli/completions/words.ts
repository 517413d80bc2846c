/** What a shell may complete after `ms-darts`: the commands, the flags of each, and what these take. */
import type { Option } from "commander";
import type { CommandShape } from "../../config/command.ts";
import { type SettingSchema, settingSchema } from "../../config/describe.ts";
import { inFlags, optionsOf } from "../flags.ts";
import type { Listed } from "../overview.ts";

/** What may stand for a value. */
export interface Value {
  /** What the help calls it. */
  readonly title: string;
  readonly names: readonly string[];
  /** Whether several of the names may be given, with commas between them. */
  readonly list: boolean;
  readonly paths: "none" | "files" | "folders";
}

export interface Flag {
  /** With its dashes. */
  readonly flag: string;
  readonly summary: string;
  /** Undefined for a switch. */
  readonly value: Value | undefined;
}

/** A command, or a task that is none, which has no flags here. */
export interface Completed extends Listed {
  readonly flags: readonly Flag[];
  /** What stands by itself; undefined where nothing may. */
  readonly word: Value | undefined;
}

const files: Value = { title: "file", names: [], list: false, paths: "files" };

/** Titles of paths that lead to folders. */
const folders = ["dir", "run", "RUN", "FOLDER"];

function valueOf({ title = "value", enum: names, examples, format }: SettingSchema): Value {
  const paths = !format?.includes("path") ? "none" : folders.includes(title) ? "folders" : "files";
  return { title, names: names ?? examples ?? [], list: format === "list", paths };
}

const ofSetting = ({ schema }: CommandShape, key: string): Value | undefined =>
  schema.shape[key] && valueOf(settingSchema(schema.shape[key]));

function flagOf(spec: CommandShape, option: Option): Flag {
  const value = option.required ? ofSetting(spec, option.attributeName()) ?? files : undefined;
  // The help says the names as well, and what is taken by default.
  const meaning = option.description.replace(/ \((?:[^()]|\([^()]*\))*\)$/, "");
  return { flag: option.long!, summary: meaning.replace(`: ${value?.names.join(", ")}`, ""), value };
}

/** The words of a command. */
export const ofCommand = (spec: CommandShape): Completed => ({
  name: spec.name,
  summary: inFlags(spec.summary),
  flags: optionsOf(spec).map((option) => flagOf(spec, option)),
  word: spec.positionals[0] === undefined ? undefined : ofSetting(spec, spec.positionals[0]),
});

/** The words of a task that is no command: it may take files. */
export const ofTask = (task: Listed): Completed => ({ ...task, flags: [], word: files });
