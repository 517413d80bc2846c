/** More epochs, or fewer, than a run began with: what `--resume RUN --epochs N` makes of it. */
import type { EvaluateConfig, SearchConfig } from "../../src/config/derive.ts";
import { kebab } from "../../src/config/describe.ts";
import { usageError } from "../../src/errors.ts";
import { renameIfThere } from "../../src/io/files.ts";
import { readJson } from "../../src/io/read.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";

/** The epochs that a run is to have now, and had. */
export interface Extension {
  readonly part: "search" | "training";
  readonly setting: "epochs" | "evalEpochs";
  readonly before: number;
  readonly now: number;
  /** Whether a training comes after it. */
  readonly trained: boolean;
}

/** How a run that is gone on with is extended; undefined where it is not. The search stands before the training. */
export function extensionOf(
  directory: RunDirectory,
  config: SearchConfig | EvaluateConfig,
): Extension | undefined {
  const written = readJson(directory.file("config.json")) ?? {};
  const now: Readonly<Record<string, unknown>> = { ...config };
  const searching = "method" in config;
  for (const setting of ["epochs", "evalEpochs"] as const) {
    const before = written[setting];
    if (typeof before !== "number" || before === now[setting]) continue;
    return {
      part: searching && setting === "epochs" ? "search" : "training",
      setting,
      before,
      now: Number(now[setting]),
      trained: searching && config.train,
    };
  }
  return undefined;
}

/** Raises a usage error where the part has more epochs behind it than it is to have. */
export function checkExtension({ part, setting, now }: Extension, done: number): void {
  if (done <= now) return;
  throw usageError(
    `The ${part} has ${done} epochs behind it already, more than --${
      kebab(setting)
    } ${now}; give ${done} or more, or ` +
      "begin a new run.",
  );
}

/** One sentence on what the schedules then do. */
export function extensionInWords({ part, before, now, trained }: Extension): string {
  const schedules = part === "search"
    ? "the cosine of its learning rate, and whatever its method moves from epoch to epoch,"
    : "its learning rate and drop-path";
  const again = part === "search" && trained
    ? "; the network of the cell that it then finds is trained from the beginning"
    : "";
  return `The ${part} is to have ${now} epochs instead of ${before}: ${schedules} now go over ${now} epochs, so that from ` +
    `the next epoch on a learning rate that had fallen ${
      now > before ? "rises" : "changes"
    } to where such a run has it; ` +
    `the epochs that are done stay as they are${again}`;
}

/** Puts the result and the report of the shorter run under names of their own. */
export function setAside(directory: RunDirectory, { setting, before }: Extension): void {
  const ending = `${before}-${setting === "epochs" ? "epochs" : "training-epochs"}`;
  for (const [name, type] of [["report", "html"], ["result", "json"]]) {
    renameIfThere(directory.file(`${name}.${type}`), directory.file(`${name}-${ending}.${type}`));
  }
}
