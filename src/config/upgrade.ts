/** Understands the settings of runs that another version of this project began. */
import { fieldsOf } from "../fields.ts";
import { settingSchema } from "./describe.ts";
import type { CommandShape } from "./command.ts";

type Values = Readonly<Record<string, unknown>>;

/** How settings changed from version to version. */
export interface Changes {
  /**
   * What stood in the place of settings before they were added, where that is not their default: a run that lacks one
   * goes on as it began. A new setting whose default changes a run needs a line here.
   */
  readonly added: Values;
  /** Settings that were removed, and what is said of each. A setting that is removed needs a line here. */
  readonly removed: Readonly<Record<string, string>>;
}

const changes: Changes = {
  added: { imageOrder: "stored" },
  removed: {},
};

/** Settings, and a sentence for each of them that is left out. */
export interface Upgraded {
  readonly settings: Values;
  readonly notes: readonly string[];
}

const leftOut = (key: string, path: string, why: string): string =>
  `The setting "${key}" in ${path} is left out: ${why}.`;

/**
 * The complete settings in the record of a run, as they are to be understood now: what no version is known to have had is
 * of a later one.
 *
 * @param path of the record, for the notes
 */
export function upgraded(
  { name, schema, chosenBy }: CommandShape,
  written: Values,
  path: string,
  { added, removed }: Changes = changes,
): Upgraded {
  const known = (key: string) => Object.hasOwn(schema.shape, key);
  const lacking = Object.entries(added).filter(([key]) => known(key) && !(key in written));
  const usual = fieldsOf(chosenBy?.usual ?? {});
  const [others, unknown] = [true, false].map((ofUsual) =>
    Object.keys(written).filter((key) => !known(key) && Object.hasOwn(usual, key) === ofUsual)
  ) as [string[], string[]];
  return {
    settings: Object.fromEntries([...Object.entries(written).filter(([key]) => known(key)), ...lacking]),
    notes: [
      ...others.length > 0 ? [`The settings in ${path} of ${chosenBy!.why}, are left out.`] : [],
      ...unknown.map((key) =>
        leftOut(key, path, removed[key] ?? `this version's ${name} has none of that name`)
      ),
    ],
  };
}

/** The same of settings that a user wrote: only those that were removed are left out, and none is added. */
export function withoutRemoved(written: Values, path: string, { removed }: Changes = changes): Upgraded {
  const gone = Object.keys(written).filter((key) => Object.hasOwn(removed, key));
  return {
    settings: Object.fromEntries(Object.entries(written).filter(([key]) => !gone.includes(key))),
    notes: gone.map((key) => leftOut(key, path, removed[key]!)),
  };
}

/**
 * The settings that a comparison, which writes down what it was given, writes down as well: lacking them would be taken
 * for having begun before they were added.
 */
export const writtenAnyway = (settings: Values): Values =>
  Object.fromEntries(
    Object.keys(changes.added).filter((key) => key in settings).map((key) => [key, settings[key]]),
  );

/** Settings without those of them that are as they would be anyway. */
export const withoutUsual = (shape: CommandShape["schema"]["shape"], settings: Values): Values =>
  Object.fromEntries(
    Object.entries(settings).filter(([key, value]) =>
      !(key in changes.added) || value !== settingSchema(shape[key]!).default
    ),
  );
