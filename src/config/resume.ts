/**
 * Settings of a resumed run: those it began with, except for its epochs and for settings that do not affect its
 * results.
 */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { fixedEpochs, methodByName } from "../methods/mod.ts";
import { flagOf } from "./describe.ts";
import { launching, once } from "./launcher.ts";

type Values = Readonly<Record<string, unknown>>;

/** Settings that may change when a run is resumed: where and how it runs, not what. */
export const asides: readonly string[] = [
  "adapter",
  "checkpointEvery",
  "dryRun",
  "explain",
  "jobs",
  "json",
  "log",
  "memoryLimit",
  "out",
  "quiet",
  "recompute",
  "resume",
  "tuning",
  "printCommands",
  ...Object.keys({ ...launching, ...once }),
];

/** Those of some settings that may change so. */
export const asidesOf = (settings: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => asides.includes(key)));

/** Settings that may change besides: where the images are now, which are known by what they show, and more epochs. */
const changeable: readonly string[] = ["data", "epochs", "evalEpochs"];

/** The first key by which two records differ once written as JSON, of those that are no {@link asides}. */
export function differingKey(a: Values, b: Values, ignored: readonly string[] = []): string | undefined {
  const text = (value: unknown) => JSON.stringify(value ?? null);
  return Object.keys({ ...a, ...b }).find((key) =>
    !asides.includes(key) && !ignored.includes(key) && text(a[key]) !== text(b[key])
  );
}

/** The same of those with which alone a run can be resumed. */
export const shapingKey = (a: Values, b: Values): string | undefined => differingKey(a, b, changeable);

/** Throws a usage error for a run to resume beside other settings, or beside a new folder for it. */
export function checkTogether({ resume: run, out }: Values, config: string | undefined): void {
  if (run === undefined) return;
  if (run === "") throw usageError(`${setting("resume")} is "", but must be the directory of a run.`);
  const given = `${setting("resume")} ${run}`;
  if (config !== undefined) {
    throw usageError(`${given} takes the run's own settings; leave ${setting("config")} ${config} out.`);
  }
  if (out !== undefined) {
    throw usageError(`${given} stays in the run's own folder; leave ${setting("out")} ${out} out.`);
  }
}

/** Throws a usage error for a flag that would make another run of the one that is resumed. */
export function checkResumed(run: string, flags: Values, own: Values): void {
  const key = shapingKey(flags, Object.fromEntries(Object.keys(flags).map((key) => [key, own[key]])));
  if (key !== undefined) {
    const [flag, ...value] = flagOf(key, flags[key]);
    throw usageError(
      `${[flag, ...value].join(" ")} is not what the run in ${run} began with (${
        own[key] ?? "not set"
      }): a resumed run keeps its own settings; leave ${flag} out.`,
    );
  }
  checkExtended(run, flags["epochs"], own);
}

/** Throws a usage error where other epochs of the search would make what came after them meaningless. */
function checkExtended(run: string, epochs: unknown, own: Values): void {
  if (epochs === undefined || epochs === own["epochs"] || own["method"] === undefined) return;
  const { name, strategy } = methodByName(String(own["method"]));
  const why = fixedEpochs(strategy);
  if (why === undefined) return;
  throw usageError(
    `The run in ${run} is of ${name}, which ${why}: leave ${setting("epochs")} out, or begin a new run.`,
  );
}
