/** Reads a trained network from the file that a run wrote. */
import { z } from "zod";
import type { Normalisation } from "../../src/data/dataset.ts";
import type { ImageShape } from "../../src/data/read_images.ts";
import { dataError } from "../../src/errors.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../../src/network/evaluation.ts";
import { readGenotype } from "../../src/network/genotype.ts";
import { stateVectors } from "../../src/search/supernet_file.ts";

/** A network, its weights, and what its images are. */
export interface ReadNetwork {
  /** The network, which `build` puts on images. */
  readonly net: EvaluationNetwork;
  /** Flat parameters [net.layout.parameterFloats]. */
  readonly parameters: Float32Array;
  /** Flat running statistics of the BatchNorms [net.layout.statisticsFloats]. */
  readonly statistics: Float32Array;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  /** Of the training images: inputs are (byte / 255 − mean) / std. */
  readonly normalisation: Normalisation;
  /** The size of its images. */
  readonly images: ImageShape;
}

/** A list, as JSON in a text. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.string().transform((text) => JSON.parse(text) as unknown).pipe(z.array(item));
const size = z.coerce.number().int().positive();
/** What `weightsFile` writes. */
const metadataSchema = z.object({
  ...{ genotype: z.string(), class_names: listOf(z.string()) },
  ...{ mean: listOf(z.number()), std: listOf(z.number().positive()), height: size, width: size },
  ...{
    channels: size,
    layers: size,
    classes: size,
    imageChannels: size,
    auxiliary: z.enum(["true", "false"]),
  },
});

/**
 * Reads the `weights.safetensors` of a run, or of `train`.
 *
 * @throws UserError (exit 4) for a file that is missing, damaged, or of something else, naming it
 */
export function readNetwork(path: string): ReadNetwork {
  const file = readSafetensors(path);
  const { genotype, class_names, mean, std, height, width, imageChannels, ...rest } = metadataOf(
    file.metadata,
    path,
  );
  const { channels, layers, classes, auxiliary } = rest;
  const net = evaluationNetwork(readGenotype(genotype, path), {
    ...{ channels, layers, classes, imageChannels, auxiliary: auxiliary === "true" },
  });
  const { parameters, statistics } = stateVectors(net.layout, file);
  return {
    ...{ net, parameters, statistics, classes: class_names, normalisation: { mean, std } },
    images: { channels: imageChannels, height, width },
  };
}

function metadataOf(metadata: Readonly<Record<string, string>>, path: string) {
  try {
    return metadataSchema.parse(metadata);
  } catch (cause) {
    throw dataError(
      `${path} is not the weights.safetensors of a run: its metadata do not say what network it is of, on which images.`,
      { cause },
    );
  }
}
