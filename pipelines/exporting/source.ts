/** What is exported: a trained network, and what is known of the run that trained it. */
import type { ExportConfig } from "../../src/config/export.ts";
import type { ClassCount } from "../../src/data/class_counts.ts";
import { listedNames } from "../../src/data/left_out.ts";
import { dataError, usageError } from "../../src/errors.ts";
import type { TrainingRun } from "../../src/exporting/model.ts";
import { withoutAuxiliary } from "../../src/exporting/without_auxiliary.ts";
import { basename, dirname, join } from "../../src/io/paths.ts";
import { readJson } from "../../src/io/read.ts";
import { settingsName } from "../../src/io/run_files.ts";
import { readSafetensors, type SafetensorsFile } from "../../src/io/safetensors.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { setting } from "../../src/setting.ts";
import { networkIn, type ReadNetwork, trainedFile } from "../../src/training/network_file.ts";
import { commandsOf } from "../run/files.ts";

/** A trained network without its auxiliary head. */
export interface Source {
  readonly file: SafetensorsFile;
  readonly network: ReadNetwork;
  /** Undefined for weights that do not lie in a finished run. */
  readonly run: TrainingRun | undefined;
}

/**
 * Reads what the settings name.
 *
 * @throws UserError (exit 2) where there is no trained network, or another one than they ask for; (exit 4) for a file
 * that is damaged or of something else
 */
export function sourceOf({ run, weights, ...wanted }: ExportConfig): Source {
  const path = trainedFile(weights ?? run!);
  const file = withoutAuxiliary(readSafetensors(path));
  const network = networkIn(file);
  checkWanted(path, network, wanted);
  return { file, network, run: trainingRun(dirname(path), basename(path)) };
}

function checkWanted(
  path: string,
  { net, classes }: ReadNetwork,
  wanted: Pick<ExportConfig, "genotype" | "classes">,
): void {
  const has = genotypeText(net.genotype);
  const asked = wanted.genotype === undefined ? has : genotypeText(resolveGenotype(wanted.genotype));
  if (has !== asked) {
    throw usageError(
      `${path} has the weights of ${has}, and ${
        setting("genotype")
      } is ${asked}; leave it out or give its own weights.`,
    );
  }
  if (wanted.classes !== undefined && wanted.classes !== classes.length) {
    throw usageError(
      `${path} has weights for ${classes.length} classes (${listedNames(classes, mostNamed)}), and ${
        setting("classes")
      } is ${wanted.classes}; leave it out or give other weights.`,
    );
  }
}

/** Classes that a message names. */
const mostNamed = 8;

/** What the files of a run say of it; undefined for a folder that is none, or not finished. */
function trainingRun(folder: string, weights: string): TrainingRun | undefined {
  const read = (name: string) => readJson(join(folder, name));
  if (weights !== "weights.safetensors") return undefined;
  const [settings, environment, result] = [settingsName, "environment.json", "result.json"].map(read);
  if (!settings || !environment || !result || typeof result["test_accuracy"] !== "number") return undefined;
  const text = (value: unknown): string | undefined => typeof value === "string" ? value : undefined;
  const number = (values: Readonly<Record<string, unknown>>, name: string): number => {
    const value = values[name];
    if (typeof value === "number") return value;
    throw dataError(`The run ${folder} is damaged: ${name} in its files is not a number.`);
  };
  return {
    commands: commandsOf(environment),
    version: text(environment["version"]) ?? "unknown",
    device: text(environment["adapter"]) ?? "unknown",
    dataset: text(settings["data"]) ?? "unknown",
    seed: number(settings, "seed"),
    settings,
    preset: text(settings["preset"]),
    method: text(settings["method"]),
    space: text(settings["space"]),
    testAccuracy: result["test_accuracy"],
    testLoss: typeof result["test_loss"] === "number" ? result["test_loss"] : undefined,
    testImages: number(result, "test_images"),
    classes: result["classes"] as readonly ClassCount[] | undefined,
    seconds: number(result, "seconds"),
    notes: Array.isArray(result["notes"]) ? result["notes"].map(String) : [],
  };
}
