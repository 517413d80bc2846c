/** A command's settings as flags and help, and a command line as settings. */
import { Command, CommanderError, type HelpConfiguration, Option } from "commander";
import { flagOf, type FlagValue, kebab, settingOf } from "../config/describe.ts";
import type { CommandShape } from "../config/command.ts";
import { withUserPaths } from "../config/user_paths.ts";
import { runner, userPath } from "../environment.ts";
import { nearest, usageError } from "../errors.ts";
import { quoted } from "../quoted.ts";
import { namingSettings } from "../setting.ts";
import { helpColumns } from "./terminal.ts";
import { project } from "../project.ts";

/** A message with its settings as flags. */
export const inFlags = (message: string): string => namingSettings(message, (key) => `--${kebab(key)}`);

/** The command that resumes a run. */
export const resuming = (command: string, run: string): string =>
  `${runner} ${command} --resume ${quoted(run)}`;

/** What a command line asks for. */
export type Request =
  | { kind: "help"; text: string }
  | { kind: "version"; text: string }
  | { kind: "schema" }
  | { kind: "run"; flags: Record<string, FlagValue>; configPath: string | undefined };

/**
 * Reads a command line. Values are not checked here (see `resolve`).
 *
 * @throws UserError (exit 2) for an unknown flag, naming the nearest, a flag without its value, or a stray word.
 */
export function readCommandLine(spec: CommandShape, args: readonly string[]): Request {
  const command = build(spec);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { kind: "help", text: helpText(spec, command) };
    throw usageError(explain(spec, command, error));
  }
  const given: Record<string, unknown> = command.opts();
  const flags: Record<string, FlagValue> = {};
  for (const [key, value] of Object.entries(given)) {
    if (command.getOptionValueSource(key) !== "cli") continue;
    flags[key] = value as FlagValue;
  }
  spec.positionals.forEach((key, index) => {
    const value = command.args[index];
    if (value !== undefined) flags[key] = isList(spec, key) ? command.args.slice(index) : value;
  });
  for (const mode of spec.modes ?? []) {
    const key = furtherKeys(spec, mode).find((key) => key in flags);
    if (key !== undefined) {
      throw usageError(`${flagName(key)} goes with ${flagName(mode.chosenBy!.key)} only; leave it out.`);
    }
  }
  const { printSchema, version, config, ...settings } = flags;
  if (version) return { kind: "version", text: versionText };
  if (printSchema) return { kind: "schema" };
  return {
    kind: "run",
    flags: withUserPaths(spec, settings),
    configPath: typeof config === "string" && config !== "-" && config !== ""
      ? userPath(config)
      : config as string | undefined,
  };
}

/** Settings as the flags that `readCommandLine` reads them from: all of them, since a preset may have other values. */
export const asFlags = (settings: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(settings).flatMap(([key, value]) => flagOf(key, value));

/** Terminals of fewer columns have no room for flags and what they mean side by side. */
const narrow = 70;

/** How help looks there: what a flag means stands below it. */
const stacked: HelpConfiguration = {
  minWidthToWrap: 20,
  formatItem: (term, _, description, helper) =>
    [`  ${term}`, ...helper.boxWrap(description, helpColumns() - 6).split("\n")].join("\n      "),
};

/** A commander program that prints nothing itself, in the width of the terminal. */
export const program = (usage: string, summary: string): Command =>
  new Command(usage)
    .description(summary)
    .exitOverride()
    // What is left out here commander finds out itself, from an environment that a task may not read.
    .configureOutput({
      writeOut: () => {},
      writeErr: () => {},
      getOutHelpWidth: helpColumns,
      getErrHelpWidth: helpColumns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp(helpColumns() < narrow ? stacked : {});

/** Whether a setting takes several words. */
const isList = (spec: CommandShape, key: string): boolean => settingOf(spec, key).type === "array";

/** The flag of a setting. */
const flagName = (key: string): string => `--${kebab(key)}`;

/** Whether a command line asks for this way to use a command. */
export const asksFor = ({ chosenBy }: CommandShape, args: readonly string[]): boolean =>
  chosenBy !== undefined &&
  args.some((word) => word === flagName(chosenBy.key) || word.startsWith(`${flagName(chosenBy.key)}=`));

/** Settings of other ways to use a command that it has not itself. */
const furtherKeys = ({ schema }: CommandShape, mode: CommandShape): string[] =>
  Object.keys(mode.schema.shape).filter((key) => !Object.hasOwn(schema.shape, key));

/** The commander program of a command. */
function build(spec: CommandShape): Command {
  const command = program(`${runner} ${spec.name}`, spec.summary)
    .addHelpOption(new Option("-h, --help", "show this help").helpGroup("Help:"))
    .allowExcessArguments(false);
  for (const key of spec.positionals) {
    const { title, description = "" } = settingOf(spec, key);
    command.argument(`[${title ?? key}${isList(spec, key) ? "..." : ""}]`, inFlags(description));
  }
  const add = (spec: CommandShape, key: string, heading: string) => {
    for (const some of options(spec, key)) command.addOption(some.helpGroup(heading));
  };
  for (const [heading, group] of Object.entries(spec.groups)) {
    for (const key of Object.keys(group)) if (!spec.positionals.includes(key)) add(spec, key, `${heading}:`);
  }
  for (const mode of spec.modes ?? []) {
    const heading = `Instead (${flagName(mode.chosenBy!.key)} … --help has all):`;
    for (const key of furtherKeys(spec, mode)) add(mode, key, heading);
  }
  const help = [
    new Option("--config <file>", "JSON file of settings: weaker than flags, stronger than the preset"),
    new Option("--print-schema", "print the JSON Schema of the config file"),
    new Option("--version", "print this project's version and Deno's"),
  ];
  for (const entry of help) command.addOption(entry.helpGroup("Help:"));
  return command;
}

/** A command's flags, that of the help included; each holds its own key and whether it takes a value. */
export function optionsOf(spec: CommandShape): readonly Option[] {
  const command = build(spec);
  return command.createHelp().visibleOptions(command);
}

const versionText = `${project.name.split("/").at(-1)} ${project.version}, Deno ${Deno.version.deno}`;

const helpText = (spec: CommandShape, command: Command): string =>
  [
    ...[command.helpInformation(), "Examples:"],
    ...[spec, ...spec.modes ?? []].flatMap(({ examples }) => examples).map((line) => `  ${runner} ${line}`),
  ].join("\n");

/** The options of a setting; of a switch what turns it back, against a file or a preset, is not in the help. */
function options(spec: CommandShape, key: string): Option[] {
  const schema = settingOf(spec, key);
  const meaning = inFlags(schema.description ?? "");
  const flag = `--${kebab(key)}`;
  if (schema.type === "boolean") {
    const [yes, no] = [new Option(flag, meaning), new Option(`--no-${kebab(key)}`, `do not ${meaning}`)];
    return schema.default === true ? [no, yes.hideHelp()] : [yes, no.hideHelp()];
  }
  const noun = schema.title ?? (schema.type === "integer" ? "n" : "x");
  const fallback = defaultNote(spec, key, schema.default);
  const notes = [schema.enum?.join(", "), fallback].filter(Boolean);
  // A preset's value takes the place of what would be chosen without it.
  const plain = fallback === "" ? meaning : meaning.replace(/; by default [^;.]*/, "");
  const description = `${plain}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
  const some = new Option(`${flag} <${noun}>`, description).argParser((value) => {
    if (value === "-h" || value.startsWith("--")) {
      throw usageError(`${flag} needs a value, but "${value}" follows it.`);
    }
    return value;
  });
  return [some];
}

/** The value without flags: that of the default preset where it has one. */
function defaultNote(spec: CommandShape, key: string, fallback: unknown): string {
  const preset = spec.presets && settingOf(spec, "preset").default;
  const value = spec.presets?.[String(preset)]?.[key] ?? fallback;
  return value === undefined ? "" : `default: ${value}`;
}

/** The flags of settings, as they are and negated. */
const flagsOf = (groups: CommandShape["groups"]): string[] =>
  Object.values(groups).flatMap((group) => Object.keys(group))
    .flatMap((key) => [flagName(key), `--no-${kebab(key)}`]);

/** Commander's complaint in this project's words. */
function explain(spec: CommandShape, command: Command, error: CommanderError): string {
  const { name, positionals, chosenBy } = spec;
  const flag = (/'([^']*)'/.exec(error.message)?.[1] ?? "").split(/[ =]/)[0]!;
  const all = command.options.map((known) => known.long!);
  const known = command.options.filter(({ hidden }) => !hidden).map((known) => known.long!).concat("--help");
  const sentences: Readonly<Record<string, string>> = {
    "commander.unknownOption": chosenBy && flagsOf(chosenBy.usual).includes(flag)
      ? `${flag} is a setting of ${chosenBy.why}; leave it out, or leave ${flagName(chosenBy.key)} out.`
      : [...all, "--help"].includes(flag)
      ? `${flag} takes no value.`
      : `Unknown flag ${flag}; did you mean ${nearest(flag, known)}?`,
    "commander.optionMissingArgument": `${flag} needs a value.`,
    "commander.excessArguments": `Unexpected argument "${command.args[positionals.length]}": ${name} takes ${
      ["flags only", "one argument and flags"][positionals.length] ??
        `${positionals.length} arguments and flags`
    }.`,
  };
  const sentence = sentences[error.code];
  return sentence ? `${sentence} See ${runner} ${name} --help.` : error.message.replace(/^error: /, "");
}
