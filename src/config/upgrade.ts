/** Settings of runs that other versions of this project began. */
import { settingSchema } from "./describe.ts";
import type { CommandShape } from "./spec.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * What stood in the place of settings before they were added, where that is not their default: a run that lacks one goes
 * on as it began. Whoever adds a setting whose default changes a run adds a line.
 */
const before: Values = {
  imageOrder: "stored",
};

/** Settings that are gone, and what is to be said of each. Whoever removes a setting adds a line. */
const gone: Readonly<Record<string, string>> = {};

/** Settings, and a sentence for each of them that is left out. */
export interface Upgraded {
  readonly settings: Values;
  readonly notes: readonly string[];
}

/** The settings that a comparison writes down although nobody gave them: what it lacks, it had before they were added. */
export const pinned = (settings: Values): Values =>
  Object.fromEntries(Object.keys(before).filter((key) => key in settings).map((key) => [key, settings[key]]));

/** Settings without those that are only pinned, as they would be anyway. */
export const unpinned = (shape: CommandShape["schema"]["shape"], settings: Values): Values =>
  Object.fromEntries(
    Object.entries(settings).filter(([key, value]) =>
      !(key in before) || value !== settingSchema(shape[key]!).default
    ),
  );

/**
 * The complete settings in the file of a run, as they are to be understood now.
 *
 * @param path of the file, for the notes
 */
export function upgraded({ name, schema }: CommandShape, written: Values, path: string): Upgraded {
  const known = (key: string) => Object.hasOwn(schema.shape, key);
  const added = Object.entries(before).filter(([key]) => known(key) && !(key in written));
  const left = Object.keys(written).filter((key) => !known(key));
  return {
    settings: Object.fromEntries([...Object.entries(written).filter(([key]) => known(key)), ...added]),
    notes: left.map((key) =>
      `The setting "${key}" in ${path} is left out: ${
        gone[key] ?? `this version's ${name} has none of that name`
      }.`
    ),
  };
}

/** What is to be said of a setting that is gone; undefined for any other word. */
export const wordOnGone = (key: string): string | undefined => gone[key];
