/** The runs of a study, as a comparison's: seed by seed, in the order of the arms. */
import { asFlags } from "../../src/cli/flags.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { StudyConfig } from "../../src/config/study.ts";
import { asidesOf } from "../../src/config/resume.ts";
import { withUserPaths } from "../../src/config/user_paths.ts";
import { usageError } from "../../src/errors.ts";
import { join } from "../../src/io/paths.ts";
import type { Study } from "../../src/report/mod.ts";
import { setting } from "../../src/setting.ts";
import { type PlannedRun, settingsOf } from "../comparison/runs.ts";
import { type RecordKey, recordName } from "./records.ts";

/** The part of a study that is asked for. Throws a usage error for an arm or a seed that it does not have. */
export function chosenKeys({ arms, seeds }: Study, config: StudyConfig): RecordKey[] {
  const names = config.arms?.split(",").map((name) => name.trim());
  const stranger = names?.find((name) => !arms.some((arm) => arm.name === name));
  if (stranger !== undefined) {
    throw usageError(
      `${setting("arms")} names ${stranger}; the arms of ${config.file} are ${
        arms.map(({ name }) => name).join(", ")
      }.`,
    );
  }
  if (config.seeds !== undefined && config.seeds > seeds.length) {
    throw usageError(
      `${setting("seeds")} ${config.seeds} is more than the ${seeds.length} seeds of ${config.file}.`,
    );
  }
  const chosen = arms.filter(({ name }) => names?.includes(name) ?? true);
  return seeds.slice(0, config.seeds).flatMap((seed) => chosen.map((arm) => ({ arm, seed })));
}

/**
 * A run in the folder of the study's runs. Throws a usage error, in the words of `search`, for settings that it does not
 * take.
 */
export function plannedRun(study: Study, key: RecordKey, data: string, folder: string): PlannedRun {
  const { arm, seed } = key;
  const name = recordName(key);
  const directory = join(folder, name);
  const own = withUserPaths(searchCommand, { ...study.settings, ...arm.settings });
  const args = asFlags({ ...own, method: arm.method, seed, data, out: directory });
  const config = settingsOf(args);
  return {
    name,
    directory,
    method: arm.method,
    space: config.space,
    value: undefined,
    seed,
    args,
    resumeArgs: asFlags({ ...asidesOf(own), data, resume: directory }),
    config,
  };
}
