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

/** How a run runs: what is said of it when the run is resumed holds from then on. */
const manners = ["adapter", "checkpointEvery", "log", "memoryLimit", "recompute", "tuning"] as const;

/** Settings that may change when a run is resumed: where and how it runs, not what. */
export const asides: readonly string[] = [
  ...manners,
  "dryRun",
  "explain",
  "jobs",
  "json",
  "out",
  "quiet",
  "resume",
  "printCommands",
  ...Object.keys({ ...launching, ...once }),
];

/** Those of some settings that may change so. */
export const asidesOf = (settings: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => asides.includes(key)));

/** The record of a run that is resumed: what holds for one session only stays as it was recorded. */
export const recordedOf = (written: Values, now: Values): Values => ({
  ...now,
  ...Object.fromEntries(
    asides.filter((key) => !manners.some((manner) => manner === key)).map((key) => [key, written[key]]),
  ),
});

/** Settings that may change besides: where the images are now, which are known by what they show, and more epochs. */
const changeable: readonly string[] = ["data", "epochs", "evalEpochs"];

const text = (value: unknown): string => JSON.stringify(value ?? null);

/** The keys by which two records differ once written as JSON. */
export const differingKeys = (a: Values, b: Values): string[] =>
  Object.keys({ ...a, ...b }).filter((key) => text(a[key]) !== text(b[key]));

/** The first of them that is none of the {@link asides}. */
export const differingKey = (a: Values, b: Values, ignored: readonly string[] = []): string | undefined =>
  differingKeys(a, b).find((key) => !asides.includes(key) && !ignored.includes(key));

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
