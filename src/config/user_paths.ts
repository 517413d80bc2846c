/** Paths among settings, as the user means them. */
import { userPath } from "../environment.ts";
import { isStream } from "../io/stream.ts";
import { settingSchema } from "./describe.ts";
import type { CommandShape } from "./command.ts";

/** Whether a setting's text, or one of them, is a path. */
function isPath(spec: CommandShape, key: string, value: string): boolean {
  const type = spec.schema.shape[key];
  const { format, examples } = type === undefined ? {} : settingSchema(type);
  return format === "path" || (format === "name-or-path" && !examples?.includes(value));
}

/** Settings with their paths from where the user stands; what is empty is left for the check of values to refuse. */
export const withUserPaths = <T>(
  spec: CommandShape,
  settings: Readonly<Record<string, T>>,
): Record<string, T | string> => withPaths(spec, settings, userPath);

/** Settings with other paths in place of theirs. */
export function withPaths<T>(
  spec: CommandShape,
  settings: Readonly<Record<string, T>>,
  other: (path: string) => string,
): Record<string, T | string> {
  const own = <V>(key: string, value: V): V | string =>
    typeof value === "string" && value !== "" && isPath(spec, key, value) ? other(value) : value;
  // Of lists in lists, which no setting takes, none is looked into.
  const from = (key: string, value: T): T | string =>
    Array.isArray(value) ? value.map((item) => own(key, item)) as T : own(key, value);
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, from(key, value)]));
}

/** Whether a command line names standard input or a pipe. */
export const readsStream = (
  flags: Readonly<Record<string, unknown>>,
  config: string | undefined,
): boolean =>
  [config, ...Object.values(flags).flat()].some((value) =>
    typeof value === "string" && (isStream(value) || isStream(userPath(value)))
  );
