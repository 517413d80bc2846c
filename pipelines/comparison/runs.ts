/** The runs of a comparison: every method in every space with every value of the grid and every seed. */
import { asFlags, readCommandLine } from "../../src/cli/flags.ts";
import type { CompareConfig } from "../../src/config/compare.ts";
import type { SearchConfig } from "../../src/config/search_config.ts";
import { kebab } from "../../src/config/describe.ts";
import { resolve } from "../../src/config/resolve.ts";
import { asidesOf } from "../../src/config/resume.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { withoutUsual } from "../../src/config/upgrade.ts";
import { withPaths } from "../../src/config/user_paths.ts";
import { join, resolve as absolute } from "../../src/io/paths.ts";

export interface PlannedRun {
  /** Its folder in that of the comparison; tells it from every other run of the same shared settings. */
  readonly name: string;
  readonly directory: string;
  readonly method: string;
  readonly space: string;
  /** Of the grid's setting, where there is a grid. */
  readonly value: string | number | undefined;
  readonly seed: number;
  /** The command line of `search`, without the command itself. */
  readonly args: readonly string[];
  /** The command line that resumes it. */
  readonly resumeArgs: readonly string[];
  /** What that command line resolves to. */
  readonly config: SearchConfig;
}

/**
 * All runs, seeds outermost, so that there is something of each method early. Throws a usage error, in the words of
 * `search`, for settings that one of them does not take.
 */
export function plannedRuns(config: CompareConfig, directory: string): PlannedRun[] {
  const { methods, spaces, grid, seeds, resume } = config;
  const settings = withoutUsual(searchCommand.schema.shape, config.settings);
  // A resumed comparison may have its images elsewhere now; its runs know them again.
  const data = resume === undefined ? {} : { data: settings["data"] };
  const values = grid?.values ?? [undefined];
  const aside = asidesOf(settings);
  return seeds.flatMap((seed) =>
    spaces.flatMap((space) =>
      values.flatMap((value) =>
        methods.map((method): PlannedRun => {
          const setting = grid === undefined ? [] : [`${kebab(grid.key)}=${value}`];
          const name = [method, space, ...setting, `seed${seed}`].join("-");
          const path = join(directory, name);
          const varied = grid === undefined ? {} : { [grid.key]: value };
          const all = { method, space, ...settings, ...varied, seed, out: path };
          const args = asFlags(all);
          const resumeArgs = asFlags({ ...aside, ...definedOf(data), resume: path });
          return {
            name,
            directory: path,
            method,
            space,
            value,
            seed,
            args,
            resumeArgs,
            config: settingsOf(args),
          };
        })
      )
    )
  );
}

/** The same with paths that hold in any folder. */
export function plannedAnywhere(config: CompareConfig, directory: string): PlannedRun[] {
  const settings = withPaths(searchCommand, config.settings, absolute);
  return plannedRuns({ ...config, settings }, absolute(directory));
}

const definedOf = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** The settings that `search` would make of a command line. */
export function settingsOf(args: readonly string[]): SearchConfig {
  const request = readCommandLine(searchCommand, args);
  if (request.kind !== "run") throw new TypeError(`No run: search ${args.join(" ")}`);
  return resolve(searchCommand, { flags: request.flags });
}
