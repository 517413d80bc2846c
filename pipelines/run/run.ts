/** A run in a directory of its own: kept in checkpoints, resumable after a stop or a lost device. */
import { quoted } from "../../src/quoted.ts";
import type { Context } from "../../src/cli/main.ts";
import { confineWrites, dropNetwork } from "../../src/cli/permissions.ts";
import type { EvaluateConfig } from "../../src/config/derive.ts";
import type { SearchConfig } from "../../src/config/search_config.ts";
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { differingKeys, recordedOf } from "../../src/config/resume.ts";
import { commands } from "../../src/config/spec.ts";
import { classesInWords } from "../../src/data/class_counts.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { cacheFolder, runner } from "../../src/environment.ts";
import { usageError, type UserError } from "../../src/errors.ts";
import { type AdapterChoice, Runner, type RunnerOptions } from "../../src/gpu/mod.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { hasCheckpoints } from "../../src/io/checkpoint.ts";
import { readJson } from "../../src/io/read.ts";
import { createRunDirectory, openRunDirectory, type RunDirectory } from "../../src/io/run_directory.ts";
import { beforeName, settingsName } from "../../src/io/run_files.ts";
import { tensorboardFollower } from "../../src/tensorboard/mod.ts";
import { checkImages, identityOf, otherThan } from "../checkpoint/identity.ts";
import { Keeper } from "../checkpoint/keeper.ts";
import { checkExtension, type Extension, extensionInWords, extensionsOf, setAside } from "./extension.ts";
import { type Hooks, hooksOf } from "./hooks.ts";
import { type Continued, environment } from "./files.ts";
import { surviving } from "./surviving.ts";

/** What the body of a run gets. */
export interface Run {
  readonly runner: Runner;
  readonly directory: RunDirectory;
  readonly hooks: Hooks;
  /** The machine it began on, as `environment.json`. */
  readonly machine: Record<string, unknown>;
  /** A hash of the images. */
  readonly images: string;
  /** Seconds that the run took so far, in all its sessions. */
  readonly seconds: () => number;
}

/** The directory of a run: a new one, or that of the run to resume. Throws a usage error where it is of no use. */
export const runDirectory = (
  { out, resume }: Pick<SearchConfig, "out" | "resume">,
  label: string,
): RunDirectory => resume === undefined ? createRunDirectory(out, { label }) : openRunDirectory(resume);

/**
 * Keeps others out of the directory of a run, and hears who asks it to stop, until that is disposed of: before the
 * data are read, which may take long. Nothing where the run is only explained.
 */
export const claimed = (
  directory: RunDirectory,
  { explain, dryRun }: Pick<SearchConfig, "explain" | "dryRun">,
  { onStop }: Context,
): Disposable | undefined => explain || dryRun ? undefined : directory.claim(onStop);

/** What a run is of. */
export interface RunOf {
  readonly config: SearchConfig | EvaluateConfig;
  readonly data: Dataset;
  readonly directory: RunDirectory;
  readonly command: "search" | "evaluate";
}

/** Where a run begins or is resumed. */
interface Beginning {
  readonly keeper: Keeper;
  /** What it came to, where it has finished and is not extended. */
  readonly finished?: Readonly<Record<string, unknown>>;
  readonly extensions: readonly Extension[];
  readonly images: string;
}

/**
 * Takes up the checkpoints of a resumed run, and says so. Throws an error where they do not go with these
 * settings and images.
 */
export function takeUp(
  { config, data, directory, command }: RunOf,
  note: (words: string) => void,
): Beginning {
  const folder = directory.file("checkpoints");
  const identity = identityOf(config, data);
  const { images } = identity;
  const understood = (settings: Readonly<Record<string, unknown>>) => ({
    ...resolve<object>(commands[command], { flags: {}, file: recordOf(settings, folder) }),
  });
  const keeper = new Keeper({
    folder,
    every: config.checkpointEvery,
    identity,
    differs: (before) => otherThan(before, identity, data, understood),
  });
  if (config.resume === undefined) return { keeper, extensions: [], images };
  checkImages(directory.path, images);
  const extensions = extensionsOf(directory, config);
  const finished = readJson(directory.file("result.json"));
  if (finished && extensions.length === 0) return { keeper, finished, extensions, images };
  if (finished && !hasCheckpoints(folder)) {
    throw usageError(
      `The run in ${directory.path} has no checkpoint to go on from; a new one begins with: ${runner} ${command} ` +
        `--config ${quoted(directory.path)} --out NEW …`,
    );
  }
  keeper.resume().forEach(note);
  for (const extension of extensions) {
    const behind = keeper.behind(extension.part);
    checkExtension(extension, behind);
    note(extensionInWords(extension, behind));
  }
  return { keeper, extensions, images };
}

/**
 * Runs the body, again from the last checkpoint where the device is lost. What it writes beside the logs must be the
 * same each time.
 */
export async function survivingRun<T>(
  given: RunOf,
  context: Context,
  body: (run: Run) => Promise<T>,
): Promise<T> {
  const { config, data, directory, command } = given;
  const listeners = hooksOf(context);
  const { signal, note } = listeners;
  const { keeper, finished, extensions, images } = takeUp(given, note);
  if (finished !== undefined) {
    note(`The run in ${directory.path} has finished already; this is its result`);
    return finished as T;
  }
  note(classesInWords(data));
  confineWrites([directory.path, cacheFolder()]);
  dropNetwork();
  if (config.log === "tensorboard") {
    directory.follow(await tensorboardFollower(directory.file("tensorboard")));
  }
  const folder = directory.file("checkpoints");
  const hooks = { ...listeners, parts: keeper };
  const goOn = `${runner} ${command} --resume ${quoted(directory.path)} goes on from it`;
  try {
    return await surviving(
      () => Runner.open(config.adapter as AdapterChoice, { ...runnerOptions(config), note, signal }),
      async (runner) => {
        const now = environment(runner, context.commandLine);
        note(`Computing on ${onWhat(now)}`);
        // First: a result beside settings that it is not of would be taken for theirs.
        if (extensions.length > 0) setAside(directory, extensions);
        const machine = writeBeginning(directory, config, now, {
          ...extensions[0] && { extended: { ...extensions[0], ...keeper.behind(extensions[0].part) } },
          note,
        });
        directory.rewindRows();
        return await body({ runner, directory, hooks, machine, images, seconds: () => keeper.seconds });
      },
      {
        note,
        signal,
        position: () => keeper.number,
        resumeHint: () => keeper.number > 0 ? goOn : "",
      },
    );
  } catch (error) {
    if (config.resume === undefined && keeper.number === 0) {
      directory.removeIfOnly([settingsName, machineName, beforeName]);
    }
    if (hasCheckpoints(folder) && !(error as Partial<UserError>).message?.includes(goOn)) {
      note(
        `The last checkpoint of ${directory.path} is kept: ${
          afterFailure(error, goOn, command, directory.path)
        }`,
      );
    }
    throw error;
  }
}

/** What to do after a failure: with the same settings a run that diverged would only diverge again. */
function afterFailure(error: unknown, goOn: string, command: RunOf["command"], path: string): string {
  return (error as Partial<UserError>).exitCode === 5
    ? `with other settings a new run begins: ${runner} ${command} --config ${
      quoted(path)
    }/${settingsName} --out NEW …`
    : goOn;
}

const machineName = "environment.json";

/**
 * Writes what a run says of itself, where it does not yet; what was there is of its beginning, and stays. Returns the
 * machine it began on, and says where it is resumed on another device or driver, or tuned for another one: only on the
 * same it has the same bits. The commands that extended the run since are noted in it: to make it again takes them all.
 */
function writeBeginning(
  directory: RunDirectory,
  config: SearchConfig | EvaluateConfig,
  now: Record<string, unknown>,
  { extended, note }: {
    readonly extended?: Extension & { readonly epochs: number };
    readonly note: (words: string) => void;
  },
): Record<string, unknown> {
  const written = readJson(directory.file(settingsName));
  const { resume: _, ...own } = config;
  const record = written === undefined ? own : recordedOf(written, own);
  if (written === undefined || differingKeys(written, record).length > 0) {
    directory.writeJson(settingsName, record);
  }
  const before = readJson(directory.file(machineName));
  if (before === undefined) {
    directory.writeJson(machineName, now);
    return now;
  }
  const [began, goesOn] = [onWhat(before), onWhat({ ...now, tuning: before["tuning"] && now["tuning"] })];
  if (began !== goesOn) {
    note(`The run began on ${began}; on ${goesOn} it goes on, but not to the same bits`);
  }
  if (extended === undefined) return before;
  const { part, epochs } = extended;
  const continued = before["continued"] as readonly Continued[] | undefined ?? [];
  const taken = { command: String(now["command"]), after: `${epochs} epochs of the ${part}` };
  // It comes here again where the device was lost.
  if (continued.at(-1)?.command === taken.command) return before;
  const machine = { ...before, continued: [...continued, taken] };
  directory.writeJson(machineName, machine);
  return machine;
}

/** On what the bits of a run depend, of its `environment.json`; that of an earlier version tells no tuning. */
const onWhat = ({ adapter, driver, tuning }: Readonly<Record<string, unknown>>): string =>
  `${adapter}, ${driver}${tuning === undefined ? "" : `, tuned for ${tuning}`}`;

/** What a runner is opened with: megabytes become bytes, and the name of a tuning record becomes the record. */
export const runnerOptions = (
  { recompute, memoryLimit, tuning }: Pick<SearchConfig, "recompute" | "memoryLimit" | "tuning">,
): Pick<RunnerOptions, "tuning" | "memoryLimit"> & { readonly recompute: boolean } => ({
  recompute,
  ...memoryLimit !== undefined && { memoryLimit: 1e6 * memoryLimit },
  ...tuning && { tuning: records[tuning] },
});
