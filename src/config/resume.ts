/** Settings of a run that is gone on with: its own, but for what changes nothing of what comes out. */
import { usageError, type UserError } from "../errors.ts";
import { kebab } from "./describe.ts";

type Values = Readonly<Record<string, unknown>>;

/** Settings that may be others when a run goes on: where and how it runs, not what. */
export const asides: readonly string[] = [
  "adapter",
  "checkpointEvery",
  "dryRun",
  "explain",
  "jobs",
  "json",
  "memoryLimit",
  "out",
  "quiet",
  "recompute",
  "resume",
];

/** The first key by which two records differ once written as JSON, of those that are no {@link asides}. */
export function differingKey(a: Values, b: Values): string | undefined {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const text = (value: unknown) => JSON.stringify(value ?? null);
  return keys.find((key) => !asides.includes(key) && text(a[key]) !== text(b[key]));
}

/**
 * The file of settings that a command line names: `--config`, or that of the run to go on with. Raises a usage error
 * for both at once, and for a new folder for an old run.
 */
export function settingsFile(flags: Values, config: string | undefined): string | undefined {
  const run = flags["resume"];
  if (run === undefined) return config;
  if (run === "") throw usageError('--resume is "", but must be the directory of a run.');
  if (config !== undefined) {
    throw usageError(`--resume ${run} goes on with the run's own settings; leave --config ${config} out.`);
  }
  if (flags["out"] !== undefined) {
    throw usageError(`--resume ${run} goes on in the run's own folder; leave --out ${flags["out"]} out.`);
  }
  return `${String(run).replace(/\/+$/, "")}/config.json`;
}

/** Raises a usage error for a flag that would make another run of the one that is gone on with. */
export function checkResumed(run: string, flags: Values, own: Values): void {
  const given = Object.keys(flags);
  const key = differingKey(flags, Object.fromEntries(given.map((key) => [key, own[key]])));
  if (key === undefined) return;
  throw usageError(
    `--${kebab(key)} ${flags[key]} is not what the run in ${run} began with (${
      own[key] ?? "not set"
    }): a run goes on with its own settings; leave --${kebab(key)} out.`,
  );
}

/** The usage error for a run whose settings have a key that no command knows. */
export const unknownSetting = (run: string, command: string, key: string): UserError =>
  usageError(
    `${run} holds no run of ${command}: its config.json has a setting "${key}", which no command knows.`,
  );
