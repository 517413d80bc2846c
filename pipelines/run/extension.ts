/** More epochs, or fewer, than a run began with: what `--resume RUN --epochs N` makes of it. */
import type { EvaluateConfig } from "../../src/config/derive.ts";
import type { SearchConfig } from "../../src/config/search_config.ts";
import { runner } from "../../src/environment.ts";
import { usageError } from "../../src/errors.ts";
import { copyFile, makeSubfolder, renameFile } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { readJson, statIfThere } from "../../src/io/read.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";
import { quoted } from "../../src/quoted.ts";
import { setting } from "../../src/setting.ts";

/** The epochs that a part of a run is to have now, and had. */
export interface Extension {
  readonly part: "search" | "training";
  readonly setting: "epochs" | "evalEpochs";
  readonly before: number;
  readonly now: number;
}

/** How far a part is, as its checkpoint has it. */
interface Behind {
  readonly epochs: number;
  /** Whether a rule has ended it, however many epochs it was to have. */
  readonly ended: boolean;
}

/** How a resumed run is extended: the search before the training. */
export function extensionsOf(directory: RunDirectory, config: SearchConfig | EvaluateConfig): Extension[] {
  const written = readJson(directory.file("config.json")) ?? {};
  const change = (setting: Extension["setting"], part: Extension["part"], now: number): Extension[] => {
    const before = written[setting];
    return typeof before !== "number" || before === now ? [] : [{ part, setting, before, now }];
  };
  if (!("method" in config)) return change("epochs", "training", config.epochs);
  const training = change("evalEpochs", "training", config.evalEpochs);
  if (training.length > 0 && !config.train) {
    throw usageError(
      `The run in ${directory.path} trains no network, so ${
        setting("evalEpochs")
      } ${config.evalEpochs} changes nothing in it; train its cell with: ${runner} evaluate --genotype ${
        quoted(directory.path)
      }/genotype.json --epochs ${config.evalEpochs}`,
    );
  }
  return [...change("epochs", "search", config.epochs), ...training];
}

/** Throws a usage error where the part has more epochs behind it than it is to have. */
export function checkExtension({ part, setting: key, now }: Extension, { epochs }: Behind): void {
  if (epochs <= now) return;
  throw usageError(
    `The ${part} has ${epochs} epochs behind it already, more than ${
      setting(key)
    } ${now}; give ${epochs} or more, or ` +
      "begin a new run.",
  );
}

/** What the schedules then do, in words. */
export function extensionInWords({ part, before, now }: Extension, { epochs, ended }: Behind): string {
  const to = `The ${part} is to have ${now} epochs instead of ${before}`;
  if (ended) return `${to}, but its own rule ended it after ${epochs}: more do not change it`;
  const schedules = part === "search"
    ? "The learning rate and whatever the method moves from epoch to epoch go on as in a search"
    : "The learning rate and drop-path go on as in a training";
  const after = part === "search" ? ". What was trained of its cell is trained anew" : "";
  return `${to}; ${epochs} are done and stay as they are. ${schedules} of ${now} epochs: the rate jumps to what it is ` +
    `there${after}`;
}

/** What goes on in its place; a shorter run keeps a copy of it. */
const continued = ["config.json", "environment.json", "metrics.jsonl", "alphas.jsonl", "from.safetensors"];
const staying = /^(\..*|checkpoints|tensorboard|log\.txt|before-.*)$/;

/**
 * Moves what a shorter run came to into a folder of its own, where it is a whole run; nothing where it was not
 * finished.
 */
export function setAside(directory: RunDirectory, extensions: readonly Extension[]): void {
  if (statIfThere(directory.file("result.json")) === undefined) return;
  const epochs = extensions.map(({ part, before }) =>
    `${before}-${part === "search" ? "" : "training-"}epochs`
  );
  const name = freeName(directory.path, `before-${epochs.join("-")}`);
  makeSubfolder(name);
  const files = [...Deno.readDirSync(directory.path)].map((entry) => entry.name).filter((file) =>
    !staying.test(file)
  );
  // Copies first: where the disk is too full for them, the run is still whole.
  for (const file of files) if (continued.includes(file)) copyFile(directory.file(file), join(name, file));
  // The result last, since by it a run is known to have finished.
  const moved = files.filter((file) => file !== "result.json" && !continued.includes(file));
  for (const file of [...moved, "result.json"]) renameFile(directory.file(file), join(name, file));
}

/** The first of the names that no run has; one that was begun and not ended is gone on with. */
function freeName(folder: string, name: string): string {
  for (let n = 1;; n++) {
    const path = join(folder, n === 1 ? name : `${name}-${n}`);
    if (statIfThere(join(path, "result.json")) === undefined) return path;
  }
}
