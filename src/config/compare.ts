/** `compare` as a command: lists of methods, spaces and values, and any setting of `search` for all of its runs. */
import type { z } from "zod";
import { usageError } from "../errors.ts";
import { fieldsOf, listOf, path, text, toggle, whole } from "../fields.ts";
import { isUnread } from "../methods/list.ts";
import { setting } from "../setting.ts";
import { define, type Parsed } from "./command.ts";
import { checkLaunching, launching, launchingOf, once } from "./launcher.ts";
import { flagValue, kebab, listed, settingSchema, unknownName, wrongValue } from "./describe.ts";
import { methodNames, spaceNames } from "./names.ts";
import { type Preset, presets } from "./presets.ts";
import { asides } from "./resume.ts";
import { output, searchGroups } from "./schema.ts";
import { writtenAnyway } from "./upgrade.ts";

/** What `compare` decides itself, for each run. */
const decided = ["method", "space", "out", "resume", "json", "quiet", "dryRun", "explain"] as const;
type Decided = (typeof decided)[number];

const own = {
  methods: listOf("names", methodNames, "search methods, with commas between them: %"),
  space: listOf("names", spaceNames, "search spaces, with commas between them: %").default("s5"),
  seeds: whole(`seeds of each method, from ${setting("seed")} on`, { min: 1, max: 1000 }).default(3),
  grid: text(
    "key=values",
    "a setting of search and its values, as in bandwidth=0.2,0.4: each method runs with each",
  )
    .optional(),
  jobs: whole("runs at the same time", { min: 1, max: 256 }).default(1),
};

const run = {
  out: path(
    "dir",
    "folder of the comparison, used again to run what is missing; by default a new one under runs/",
  )
    .optional(),
  resume: path("dir", "folder of a comparison that was stopped: resumes it, with its settings")
    .optional(),
  printCommands: toggle("print a command for each run that is missing, one a line, and run none"),
  ...output,
};

const others = (group: Readonly<Record<string, z.ZodType>>) =>
  Object.fromEntries(Object.entries(group).filter(([key]) => !decided.some((own) => own === key)));

/** What runs of `search` are given as it is. */
const passedGroups = Object.fromEntries(
  Object.entries(searchGroups).map(([heading, group]) => [heading, others(group)]),
) as { [Heading in keyof typeof searchGroups]: Omit<(typeof searchGroups)[Heading], Decided> };
const passed = fieldsOf(passedGroups);

/** The headings of `search`, with what is compared before them. */
const groups = {
  "What to compare": own,
  ...passedGroups,
  "Where to run": { ...launching, ...once },
  "Run and output": { ...run, ...passedGroups["Run and output"] },
};

/** A preset without its method, which is what is compared. */
const withoutMethod = ({ method: _, ...preset }: Preset): Omit<Preset, "method"> => preset;

export interface Grid {
  readonly key: string;
  readonly values: readonly (string | number)[];
}

/** Settings of `compare`, complete. */
export type CompareConfig = ReturnType<typeof complete>;

/** The lists as lists, and the user's settings of `search` apart. */
function complete(parsed: Parsed<typeof groups>, given: Readonly<Record<string, unknown>>) {
  const { seed, seeds, jobs, out, resume, printCommands, json, quiet, preset } = parsed;
  if (seed + seeds > 2 ** 32) {
    throw usageError(
      `${setting("seeds")} ${seeds} from ${setting("seed")} ${seed} passes the largest seed, ${
        2 ** 32 - 1
      }; lower ${setting("seed")}.`,
    );
  }
  if (printCommands && (out ?? resume) === undefined) {
    throw usageError(
      `${setting("printCommands")} needs ${setting("out")}: the folder that the runs are to lie in.`,
    );
  }
  checkLaunching(given);
  const grid = parsed.grid === undefined ? undefined : gridOf(parsed.grid);
  if (grid !== undefined && grid.key in given) {
    const name = kebab(grid.key);
    throw usageError(
      `${setting(grid.key)} and ${setting("grid")} ${name}=… both set ${name}; leave one of them out.`,
    );
  }
  const methods = distinct(
    setting("methods"),
    listed(setting("methods"), "method", parsed.methods, methodNames),
  );
  if (grid !== undefined && isUnread(methods, grid.key)) {
    throw usageError(
      `${setting("grid")} ${kebab(grid.key)} would give runs that are all alike: ${
        methods.length > 1 ? "none of " : ""
      }${methods.join(", ")} ${methods.length > 1 ? "reads" : "does not read"} it. Choose another setting.`,
    );
  }
  const shared = Object.entries(given).filter(([key]) => key in passed && key !== "seed");
  return {
    methods,
    spaces: distinct(setting("space"), listed(setting("space"), "space", parsed.space, spaceNames)),
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    grid,
    jobs,
    out,
    resume,
    printCommands,
    json,
    quiet,
    ...launchingOf(parsed),
    retryFailed: parsed.retryFailed,
    /** Settings of `search` that all runs share: the preset, and what the user gave; a method chooses the others. */
    settings: { preset, ...writtenAnyway(parsed), ...Object.fromEntries(shared) } as Readonly<
      Record<string, unknown>
    >,
    /** What was given, as a config file of `compare` that `--resume` reads. */
    given: Object.fromEntries(
      Object.entries({ preset, ...writtenAnyway(parsed), ...given }).filter(([key]) =>
        !(key in run || key in once)
      ),
    ),
  };
}

function distinct<T>(flag: string, values: readonly T[]): readonly T[] {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice === undefined) return values;
  throw usageError(`${flag} names ${twice} twice; name each once.`);
}

/** What may vary in a grid: one value each that can stand in a name, and not what tells runs apart already. */
const gridKeys = Object.keys(passed).filter((key) => {
  const { type, format } = settingSchema(passed[key as keyof typeof passed]);
  return !["preset", "seed", "data", ...asides].includes(key) && type !== "boolean" && format !== "path";
});

/** `bandwidth=0.2,0.4` as a key and values that its setting takes. */
function gridOf(given: string): Grid {
  const at = given.indexOf("=");
  const name = at < 0 ? given : given.slice(0, at);
  const key = gridKeys.find((key) => key === name || kebab(key) === name);
  if (key === undefined) {
    throw usageError(unknownName("setting", name, setting("grid"), gridKeys.map(kebab)));
  }
  const flag = `${setting("grid")} ${kebab(key)}`;
  if (at < 0 || at === given.length - 1) {
    throw usageError(
      `${flag} needs values, with commas between them, as in ${setting("grid")} bandwidth=0.2,0.4.`,
    );
  }
  const type = passed[key as keyof typeof passed];
  const schema = settingSchema(type);
  const values = given.slice(at + 1).split(",").map((word) => flagValue(schema, word.trim()));
  for (const value of values) {
    if (!type.safeParse(value).success) throw usageError(wrongValue(flag, key, value, schema));
  }
  return { key, values: distinct(flag, values) as Grid["values"] };
}

export const compareCommand = define({
  name: "compare",
  summary:
    "Run several search methods with several seeds and compare what they find, in a table and on a page.",
  examples: [
    "compare --methods ms-darts,darts --space s3 --seeds 3 --preset tiny --out runs/compared",
    "compare --methods ms-darts --grid bandwidth=0.2,0.6,1,1.4 --hessian every=1 --no-train",
  ],
  groups,
  presets: Object.fromEntries(Object.entries(presets).map(([name, table]) => [name, withoutMethod(table)])),
  complete,
  needsAdapter: ({ printCommands, launcher = "local" }) => !printCommands && launcher === "local",
});
