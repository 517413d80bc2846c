/** Tables of the settings of each command, and of what the presets of `search` set. */
import { everyCommand, wordCommands } from "../commands.ts";
import type { CommandShape } from "../../src/config/command.ts";
import { kebab, settingOf, type SettingSchema, stated } from "../../src/config/describe.ts";
import { presetNames } from "../../src/config/names.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { namingSettings } from "../../src/setting.ts";
import { code, codes, none, table } from "./markdown.ts";

/** Names that are listed in a table; more of them are only counted. */
const fewNames = 8;

/** A text with its settings as flags. */
export const inFlags = (text: string): string => namingSettings(text, (key) => code(`--${kebab(key)}`));

/** A setting as it is given on the command line. */
function flag(
  { positionals }: CommandShape,
  key: string,
  { type, title, default: usual }: SettingSchema,
): string {
  if (positionals.includes(key)) return code(title ?? key);
  return code(`--${type === "boolean" && usual === true ? "no-" : ""}${kebab(key)}`);
}

/** The numbers that a setting takes: `integer ≥ 4, ≤ 1024`. */
function range({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SettingSchema): string {
  const limits = Object.entries({ "≥": minimum, ">": exclusiveMinimum, "≤": maximum, "<": exclusiveMaximum });
  const told = limits.filter(([, limit]) => stated(limit)).map(([sign, limit]) => `${sign} ${limit}`);
  return `${type} ${told.join(", ")}`.trimEnd();
}

/** What a setting takes. */
function takes(schema: SettingSchema): string {
  const { enum: names, format, title, type } = schema;
  if (type === "boolean") return "no value";
  if (names) return names.length > fewNames ? `one of ${names.length} names` : codes(names);
  if (type === "array") return format === "path" ? "paths" : "texts";
  if (type === "string") return format === "path" ? "a path" : code(title ?? "text");
  return range(schema);
}

/** What a setting is unless it is given; a preset has the say before. */
function usual({ type, default: value }: SettingSchema): string {
  // What is on by default is shown as what turns it off.
  if (type === "boolean") return "no";
  return value === undefined || value === "" ? none : code(String(value));
}

/** A command that passes settings on, to that command: they stand there. */
const passesTo: Readonly<Record<string, CommandShape>> = { compare: searchCommand };

/** Whether a command only passes a setting on, as it is there. */
function isPassed(command: CommandShape, key: string): boolean {
  const target = passesTo[command.name];
  return target !== undefined && Object.hasOwn(target.schema.shape, key) &&
    JSON.stringify(settingOf(target, key)) === JSON.stringify(settingOf(command, key));
}

/** The settings of a command under the headings of its help, but for what it passes on. */
function settingsOf(command: CommandShape): string {
  const groups = Object.entries(command.groups).map(([heading, group]) =>
    [heading, Object.keys(group).filter((key) => !isPassed(command, key))] as const
  );
  return groups.filter(([, keys]) => keys.length > 0).map((
    [heading, keys],
  ) => {
    const rows = keys.map((key) => {
      const schema = settingOf(command, key);
      const meaning = inFlags(schema.description ?? "");
      const negated = schema.type === "boolean" && schema.default === true;
      return [flag(command, key, schema), takes(schema), usual(schema), (negated ? "do not " : "") + meaning];
    });
    return `### ${heading}\n\n${table(["setting", "takes", "by default", "what it is"], rows)}`;
  }).join("\n\n");
}

/** A value as it is given; of a fraction three digits. */
function written(value: unknown): string {
  if (value === undefined) return none;
  const rounded = typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(3))
    : value;
  return code(String(rounded));
}

/** The settings in which the presets of `search` differ, with all that follows from them. */
function presets(): string {
  const configs = presetNames.map((preset) =>
    resolve(searchCommand, { flags: { preset } }) as unknown as Record<string, unknown>
  );
  const differing = Object.keys(searchCommand.schema.shape).filter((key) =>
    key !== "preset" && configs.some((config) => config[key] !== configs[0]![key])
  );
  const rows = differing.map((
    key,
  ) => [code(`--${kebab(key)}`), ...configs.map((config) => written(config[key]))]);
  return table(["setting", ...presetNames.map(code)], rows);
}

export const settingTables: readonly (readonly [string, () => string])[] = [
  ...Object.values<CommandShape>({ ...everyCommand, ...wordCommands }).flatMap((command) => [
    [`settings ${command.name}`, () => settingsOf(command)] as const,
    ...(command.modes ?? []).map((mode) =>
      [`settings ${mode.name} --${kebab(mode.chosenBy!.key)}`, () => settingsOf(mode)] as const
    ),
  ]),
  ["presets", presets],
];
