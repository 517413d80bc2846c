/** From what a user gave to the settings of a command: defaults < preset < published < config file < flags. */
import { nearest, usageError } from "../errors.ts";
import { duplicateKey } from "../io/json_keys.ts";
import { parseJson } from "../io/read.ts";
import { setting } from "../setting.ts";
import { checkResumed } from "./resume.ts";
import { type FlagValue, flagValue, settingOf, wrongValue } from "./describe.ts";
import type { CommandShape, CommandSpec } from "./command.ts";
import { type Upgraded, upgraded, withoutRemoved } from "./upgrade.ts";
import { withUserPaths } from "./user_paths.ts";

type Values = Readonly<Record<string, unknown>>;

/** A config file as read. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  /** In the place of the text, settings that stand in no file: numbers that JSON lacks are told as they are. */
  readonly settings?: Values;
  /** Whether it is the record of a run, which maybe another version began. */
  readonly ofRun?: boolean;
}

/** Settings that stand elsewhere than in a file of their own, as the record of a run; `path` is where, for messages. */
export const recordOf = (settings: Values, path: string): ConfigFile => ({
  path,
  text: JSON.stringify(settings),
  ofRun: true,
});

/** What was given: flags by key (numbers still as text), and a config file. */
export interface Given {
  readonly flags: Readonly<Record<string, FlagValue>>;
  readonly file?: ConfigFile | undefined;
}

/**
 * The complete settings of a command.
 *
 * @param note gets a sentence for each setting of the file that is left out
 * @throws UserError (exit 2) naming the flag or key, the value and what it must be.
 */
export function resolve<Config>(
  spec: CommandSpec<Config>,
  given: Given,
  note: (words: string) => void = () => {},
): Config {
  const flags = check(spec, readFlags(spec, given.flags), (key) => nameOf(spec, key));
  for (const [one, other, why] of spec.apart ?? []) {
    if (flags[one] === true && flags[other] === true) {
      throw usageError(
        `${setting(one)} and ${setting(other)} do not go together: ${why}. Leave one of them out.`,
      );
    }
  }
  const read = given.file && readFile(spec, given.file, flags["resume"] !== undefined);
  read?.notes.forEach(note);
  const whole = check(spec, read?.settings ?? {}, (key) => `"${key}" in ${given.file?.path}`);
  const resumed = typeof flags["resume"] === "string";
  if (resumed) checkResumed(String(flags["resume"]), flags, whole);
  const anew = given.file?.ofRun && !resumed ? chosenAnew(spec, flags, whole) : [];
  if (anew.length > 0) {
    note(
      `${anew.map(setting).join(", ")} of ${
        given.file!.path
      } followed from other settings than these: they are chosen ` +
        "anew. All else is as it is there",
    );
  }
  const file = Object.fromEntries(Object.entries(whole).filter(([key]) => !anew.includes(key)));
  const chosen = { ...file, ...flags };
  const basis = basisOf(spec, chosen, { recorded: given.file?.ofRun ?? false, anew });
  const parsed = spec.schema.safeParse({ ...basis, ...chosen });
  if (!parsed.success) throw usageError(missing(spec, parsed.error.issues[0]?.path[0]));
  const config = spec.complete(parsed.data, chosen);
  const { keys, why } = spec.unread?.(config as Values, Object.keys(flags)) ?? { keys: [], why: "" };
  if (keys.length > 0) {
    note(`${keys.map(setting).join(", ")} ${keys.length > 1 ? "change" : "changes"} nothing, since ${why}`);
  }
  return config;
}

/**
 * What holds where nothing was chosen: the preset and what is published. The record of a run has all that held when it
 * began; what it lacks was added since, and is not for a preset of today to say. A file that a user made of one, with
 * little of what a preset says, is no such record.
 */
function basisOf(
  spec: CommandShape,
  chosen: Values,
  { recorded, anew }: { readonly recorded: boolean; readonly anew: readonly string[] },
): Values {
  const preset = presetOf(spec, chosen);
  const keys = Object.keys(preset);
  const whole = 2 * keys.filter((key) => key in chosen).length > keys.length;
  // What is published of a network may be gone: a record does not need it.
  const basis = () => ({ ...preset, ...spec.published?.({ ...preset, ...chosen }) });
  if (!recorded || !whole) return basis();
  const needed = Object.entries(preset).filter(([key]) =>
    !spec.schema.shape[key]?.safeParse(undefined).success
  );
  const followed = anew.length > 0 ? Object.entries(basis()).filter(([key]) => anew.includes(key)) : [];
  return Object.fromEntries([...needed, ...followed]);
}

/** What the record of a run has as it followed from settings that are others now, and no flag says. */
function chosenAnew({ derived = {} }: CommandShape, flags: Values, record: Values): string[] {
  const isOther = (key: string) => key in flags && flags[key] !== record[key];
  return Object.keys(derived).filter((key) =>
    key in record && !(key in flags) && derived[key]!.some(isOther)
  );
}

/** The table of the chosen preset, or of the default one. */
function presetOf(spec: CommandShape, chosen: Values): Values {
  if (spec.presets === undefined) return {};
  const name = chosen["preset"] ?? settingOf(spec, "preset").default;
  return spec.presets[String(name)]!;
}

const readFlags = (spec: CommandShape, flags: Given["flags"]): Values =>
  Object.fromEntries(
    Object.entries(flags).map(([key, value]) => [key, flagValue(settingOf(spec, key), value)]),
  );

/** The settings of a config file, all of them known: where a run lies is no setting of another one. */
function readFile(
  spec: CommandShape,
  { path, text, settings: given, ofRun }: ConfigFile,
  resumed: boolean,
): Upgraded {
  const lack = 'must hold one JSON object of settings, such as {"epochs": 5}';
  const content = given === undefined
    ? parseJson(text, path, { raise: usageError, lack })
    : Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const twice = given === undefined ? duplicateKey(text) : undefined;
  if (twice !== undefined) throw usageError(`The key "${twice}" stands twice in ${path}.`);
  if ("resume" in content) {
    throw usageError(
      `"resume" in ${path} is no setting of a run; give ${setting("resume")} on the command line.`,
    );
  }
  const { settings, notes } = ofRun ? upgraded(spec, content, path) : withoutRemoved(content, path);
  if (ofRun) {
    if (!Object.keys(content).some((key) => Object.hasOwn(spec.schema.shape, key))) {
      throw usageError(`${path} is of no run of ${spec.name}: it has none of its settings.`);
    }
    const { out, ...others } = settings;
    return { notes, settings: resumed && out !== undefined ? settings : others };
  }
  const known = Object.keys(spec.schema.shape);
  const unknown = Object.keys(settings).find((key) => !known.includes(key));
  const mode = spec.modes?.find(({ schema }) =>
    unknown !== undefined && Object.hasOwn(schema.shape, unknown)
  );
  if (mode !== undefined) {
    throw usageError(
      `"${unknown}" in ${path} goes with ${setting(mode.chosenBy!.key)}, which stands on the command line.`,
    );
  }
  if (unknown !== undefined) {
    throw usageError(`Unknown key "${unknown}" in ${path}; did you mean "${nearest(unknown, known)}"?`);
  }
  return { notes, settings: withUserPaths(spec, settings) };
}

/** Every value fits its setting. Names may be given in any case. */
function check(spec: CommandShape, values: Values, where: (key: string) => string): Values {
  const checked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const schema = settingOf(spec, key);
    const known = typeof value === "string" && schema.enum !== undefined
      ? schema.enum.find((name) => name.toLowerCase() === value.toLowerCase()) ?? value
      : value;
    if (!spec.schema.shape[key]!.safeParse(known).success) {
      throw usageError(wrongValue(where(key), key, value, schema));
    }
    checked[key] = known;
  }
  return checked;
}

/** A setting as messages name it: by its flag, or by its place on the command line. */
const nameOf = (spec: CommandShape, key: string): string =>
  spec.positionals.includes(key) ? key : setting(key);

function missing(spec: CommandShape, key: PropertyKey | undefined): string {
  const name = String(key);
  const { title, description } = settingOf(spec, name);
  return `${spec.name} needs ${
    spec.positionals.includes(name) ? title : nameOf(spec, name)
  }: ${description}.`;
}
