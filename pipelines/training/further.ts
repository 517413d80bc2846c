/** Training that goes on from a trained network: what it takes over, and what begins anew. */
import type { EvaluateConfig } from "../../src/config/derive.ts";
import { asTrained } from "../../src/data/as_trained.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { listedNames } from "../../src/data/left_out.ts";
import { usageError } from "../../src/errors.ts";
import { copyFile } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";
import { beforeName } from "../../src/io/run_files.ts";
import type { EvaluationNetwork } from "../../src/network/evaluation.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { setting } from "../../src/setting.ts";
import { type ReadNetwork, readNetwork, trainedFile } from "../../src/training/network_file.ts";
import type { Start } from "../../src/training/start.ts";

/** A network that a run goes on from. */
export interface Before {
  readonly from: ReadNetwork;
  /** Keeps its file in the run. */
  keep(directory: RunDirectory): void;
}

/**
 * The network that the settings name; undefined where they name none. Throws a usage error for settings of another
 * network, a data error for a damaged file.
 */
export function networkBefore(config: EvaluateConfig, directory: RunDirectory): Before | undefined {
  if (config.from === undefined) return undefined;
  const kept = config.resume && join(directory.path, beforeName);
  const file = kept && statIfThere(kept) ? kept : trainedFile(config.from);
  const from = readNetwork(file);
  checkSame(config, from.net);
  return {
    from,
    keep: (into) => {
      if (file !== kept) copyFile(file, into.file(beforeName));
    },
  };
}

function checkSame(config: EvaluateConfig, { genotype, size }: EvaluationNetwork): void {
  const own = { genotype: genotypeText(genotype), channels: size.channels, layers: size.layers };
  for (const [key, value] of Object.entries(own)) {
    const given = config[key as keyof typeof own];
    if (given === value) continue;
    throw usageError(
      `The network in ${config.from} has ${key} ${value}, not ${given}; leave ${
        setting(key)
      } out, or train that ` +
        `from scratch without ${setting("from")}.`,
    );
  }
}

/** What training goes on with. */
export interface GoingOn {
  /** The images in the colours and on the scale of the network's. */
  readonly data: Dataset;
  readonly start: Start;
}

/**
 * The images for a network, in the size that they have; their notes say what was changed of them, and what of the network
 * begins anew.
 */
export async function goingOn(
  data: Dataset,
  from: ReadNetwork,
  { auxiliary }: Pick<EvaluateConfig, "auxiliary">,
  signal?: AbortSignal,
): Promise<GoingOn> {
  const { data: fitted, sameClasses, changes } = await asTrained(data, {
    ...from,
    images: { ...from.images, height: data.height, width: data.width },
  }, signal);
  const others = `the network has ${inWords(from.classes)}, the data have ${inWords(data.classes)}`;
  const anew = [
    ...(sameClasses ? [] : [`The classifier begins anew: ${others}.`]),
    ...(auxiliary > 0 && !from.net.size.auxiliary
      ? ["The auxiliary head begins anew: the network has none."]
      : []),
  ];
  return {
    data: { ...fitted, notes: [...data.notes, ...changes, ...anew] },
    start: { from, sameClasses },
  };
}

/** Classes that a sentence names. */
const mostClasses = 5;

const inWords = (classes: readonly string[]): string =>
  `${classes.length} classes (${listedNames(classes, mostClasses)})`;
