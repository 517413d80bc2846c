/** Small networks with random weights as files, for what only has to have one. */
import type { Resizing } from "../../src/data/resizings.ts";
import { writeSafetensors } from "../../src/io/safetensors.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { genotypeJson } from "../../src/network/genotype.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { keyFromSeed } from "../../src/random.ts";
import { type ReadNetwork, readNetwork } from "../../src/training/network_file.ts";
import { stateTensors } from "../../src/search/supernet_file.ts";

export interface NetworkSample {
  readonly classes: readonly string[];
  readonly imageChannels?: 1 | 3;
  /** Height and width of its images. */
  readonly side?: number;
  readonly resizing?: Resizing;
}

/** Writes the file of a network that was never trained, as a training writes it. */
export function writeNetwork(
  path: string,
  { classes, imageChannels = 3, side = 8, resizing }: NetworkSample,
): void {
  const genotype = publishedGenotypes.c10_s3_ms;
  const size = { channels: 2, layers: 1, classes: classes.length, imageChannels, auxiliary: false };
  const { layout } = evaluationNetwork(genotype, size);
  const parameters = initialParameters(layout, keyFromSeed(5));
  const statistics = freshStatistics(layout);
  const numbers = (value: number) => JSON.stringify(Array.from({ length: imageChannels }, () => value));
  writeSafetensors(path, new Map(stateTensors(layout, { parameters, statistics }, 1)), {
    ...{ genotype: genotypeJson(genotype), class_names: JSON.stringify(classes) },
    ...{ mean: numbers(0.4), std: numbers(0.3), height: `${side}`, width: `${side}` },
    ...(resizing && { resizing }),
    ...Object.fromEntries(Object.entries(size).map(([key, value]) => [key, String(value)])),
  });
}

/** The same, read again. */
export function sampleNetwork(sample: NetworkSample): ReadNetwork {
  const folder = Deno.makeTempDirSync();
  try {
    writeNetwork(`${folder}/weights.safetensors`, sample);
    return readNetwork(`${folder}/weights.safetensors`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
