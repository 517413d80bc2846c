/** A trained network as a file: named tensors, and in the metadata what it is of and what its images are. */
import { z } from "zod";
import type { Dataset, Normalisation } from "../data/dataset.ts";
import type { ImageShape } from "../data/read_images.ts";
import { resizings } from "../data/resizings.ts";
import { dataError, divergedError, usageError } from "../errors.ts";
import type { DeviceTensor, Runner } from "../gpu/mod.ts";
import { join } from "../io/paths.ts";
import { statIfThere } from "../io/read.ts";
import { readSafetensors, type SafetensorsContent } from "../io/safetensors.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../network/evaluation.ts";
import { genotypeJson, readGenotype } from "../network/genotype.ts";
import { stateTensors, stateVectors } from "../search/supernet_file.ts";
import { setting } from "../setting.ts";

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
  /** The size of its images, and how others are brought to it. */
  readonly images: ImageShape;
}

/**
 * The file `weights.safetensors` of a trained network: its tensors under the names of PyTorch's DARTS, BatchNorm
 * statistics included, and what its inputs are: the classes in the order of their labels, mean and deviation of each
 * channel on the scale 0 … 1, height and width, and the filter of the resizing where it is not bilinear.
 *
 * @throws UserError (exit 5) where a weight is not finite
 */
export async function weightsFile(
  runner: Runner,
  net: EvaluationNetwork,
  data: Dataset,
  state: Readonly<Record<"weights" | "statistics", DeviceTensor>> & { readonly step: number },
): Promise<SafetensorsContent> {
  const [parameters, statistics] = await runner.tensors.read([state.weights, state.statistics]);
  if (![parameters!, statistics!].every((vector) => vector.every(Number.isFinite))) {
    throw divergedError("A weight of the trained network became NaN or infinite; lower the learning rate.");
  }
  const tensors = stateTensors(net.layout, { parameters: parameters!, statistics: statistics! }, state.step);
  const { channels, layers, classes, imageChannels = 3, auxiliary = false } = net.size;
  const metadata = {
    genotype: genotypeJson(net.genotype),
    class_names: JSON.stringify(data.classes),
    mean: JSON.stringify(data.normalisation.mean),
    std: JSON.stringify(data.normalisation.std),
    height: String(data.height),
    width: String(data.width),
    ...(data.resizing !== undefined && data.resizing !== "bilinear" && { resizing: data.resizing }),
    ...Object.fromEntries(
      Object.entries({ channels, layers, classes, imageChannels, auxiliary }).map(([k, v]) => [k, String(v)]),
    ),
  };
  return { tensors: new Map(tensors), metadata };
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
  resizing: z.enum(resizings).optional(),
}).refine(({ class_names, classes, mean, std, imageChannels }) =>
  class_names.length === classes && mean.length === imageChannels && std.length === imageChannels
);

/** Files with a trained network: a run has the first, an exported folder the second. */
const fileNames = ["weights.safetensors", "model.safetensors"] as const;

/**
 * The file of the trained network that a user names: a run, a folder that was exported, or the file itself.
 *
 * @throws UserError (exit 2) where there is none, saying what lies there instead
 */
export function trainedFile(path: string): string {
  const there = statIfThere(path);
  if (there === undefined) {
    throw usageError(`There is no file or folder ${path}; give a run, an exported folder or its weights.`);
  }
  if (!there.isDirectory) return path;
  const name = fileNames.find((name) => statIfThere(join(path, name)));
  if (name !== undefined) return join(path, name);
  const has = (file: string) => statIfThere(join(path, file)) !== undefined;
  const why = !has("environment.json")
    ? `it has neither ${fileNames.join(" nor ")}`
    : has("result.json")
    ? "its search trained none; evaluate trains its cell, as its genotype"
    : `its run has not come to its end; go on with it by ${setting("resume")}`;
  throw usageError(`${path} holds no trained network: ${why}.`);
}

/**
 * Reads the file of a trained network, such as the `weights.safetensors` of a run or of `train`.
 *
 * @throws UserError (exit 4) for a file that is missing, damaged, or of something else, naming it
 */
export function readNetwork(path: string): ReadNetwork {
  const file = readSafetensors(path);
  const metadata = metadataOf(file.metadata, path);
  const { genotype, class_names, mean, std, height, width, resizing } = metadata;
  const { channels, layers, classes, auxiliary, imageChannels } = metadata;
  const net = evaluationNetwork(readGenotype(genotype, path), {
    ...{ channels, layers, classes, imageChannels, auxiliary: auxiliary === "true" },
  });
  const { parameters, statistics } = stateVectors(net.layout, file);
  return {
    ...{ net, parameters, statistics, classes: class_names, normalisation: { mean, std } },
    images: { channels: imageChannels, height, width, ...(resizing && { resizing }) },
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
