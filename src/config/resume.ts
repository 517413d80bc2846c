/** Settings of a run that is gone on with: its own, but for what changes nothing of what comes out. */
import { usageError } from "../errors.ts";
import { methodByName } from "../methods/mod.ts";
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

/** Settings that may be others besides: where the images are now, which are known by what they show, and more epochs. */
const changeable: readonly string[] = ["data", "epochs", "evalEpochs"];

/** The first key by which two records differ once written as JSON, of those that are no {@link asides}. */
export function differingKey(a: Values, b: Values): string | undefined {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const text = (value: unknown) => JSON.stringify(value ?? null);
  return keys.find((key) => !asides.includes(key) && text(a[key]) !== text(b[key]));
}

/** The same of those that a run goes on with only as they are. */
export function shapingKey(a: Values, b: Values): string | undefined {
  const shaping = (values: Values) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !changeable.includes(key)));
  return differingKey(shaping(a), shaping(b));
}

/** Raises a usage error for a run to go on with beside other settings, or beside a new folder for it. */
export function checkTogether(flags: Values, config: string | undefined): void {
  const run = flags["resume"];
  if (run === undefined) return;
  if (run === "") throw usageError('--resume is "", but must be the directory of a run.');
  if (config !== undefined) {
    throw usageError(`--resume ${run} goes on with the run's own settings; leave --config ${config} out.`);
  }
  if (flags["out"] !== undefined) {
    throw usageError(`--resume ${run} goes on in the run's own folder; leave --out ${flags["out"]} out.`);
  }
}

/** Raises a usage error for a flag that would make another run of the one that is gone on with. */
export function checkResumed(run: string, flags: Values, own: Values): void {
  const given = Object.keys(flags);
  const key = shapingKey(flags, Object.fromEntries(given.map((key) => [key, own[key]])));
  if (key !== undefined) {
    const flag = `--${flags[key] === false ? "no-" : ""}${kebab(key)}`;
    const given = typeof flags[key] === "boolean" ? flag : `${flag} ${flags[key]}`;
    throw usageError(
      `${given} is not what the run in ${run} began with (${
        own[key] ?? "not set"
      }): a run goes on with its own settings; leave ${flag} out.`,
    );
  }
  checkExtended(run, flags["epochs"], own);
}

/** Raises a usage error where other epochs of the search would make what came after them meaningless. */
function checkExtended(run: string, epochs: unknown, own: Values): void {
  if (epochs === undefined || epochs === own["epochs"] || own["method"] === undefined) return;
  const { name, strategy: { kind } } = methodByName(String(own["method"]));
  if (kind !== "staged" && kind !== "drawn") return;
  throw usageError(
    `The run in ${run} is of ${name}, which ${
      kind === "drawn"
        ? "draws its cell without a search"
        : "divides its epochs among stages that cannot be gone back to"
    }: leave --epochs out, or begin a new run.`,
  );
}
