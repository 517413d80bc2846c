/** A trained network as a file: named tensors, and in the metadata what it is of and what its images are. */
import { z } from "zod";
import type { Dataset, Normalisation } from "../data/dataset.ts";
import type { ImageShape } from "../data/read_images.ts";
import { resizings } from "../data/resizings.ts";
import { runner } from "../environment.ts";
import { dataError, divergedError, usageError } from "../errors.ts";
import type { DeviceTensor, Runner } from "../gpu/mod.ts";
import { join } from "../io/paths.ts";
import { readJson, statIfThere } from "../io/read.ts";
import { settingsName } from "../io/run_files.ts";
import { readSafetensors, type SafetensorsContent, type SafetensorsFile } from "../io/safetensors.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../network/evaluation.ts";
import { genotypeJson, readGenotype } from "../network/genotype.ts";
import { stateTensors, stateVectors } from "../search/supernet_file.ts";
import { quoted } from "../quoted.ts";
import { setting } from "../setting.ts";

/** A network, and what its images are. */
export interface DescribedNetwork {
  /** The network, which `build` puts on images. */
  readonly net: EvaluationNetwork;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  /** Of the training images: inputs are (byte / 255 − mean) / std. */
  readonly normalisation: Normalisation;
  /** The size of its images, and how others are brought to it. */
  readonly images: ImageShape;
}

/** A network with its weights. */
export interface ReadNetwork extends DescribedNetwork {
  /** Flat parameters [net.layout.parameterFloats]. */
  readonly parameters: Float32Array;
  /** Flat running statistics of the BatchNorms [net.layout.statisticsFloats]. */
  readonly statistics: Float32Array;
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
  const { classes, normalisation, channels, height, width, resizing } = data;
  return {
    tensors: new Map(
      stateTensors(net.layout, { parameters: parameters!, statistics: statistics! }, state.step),
    ),
    metadata: networkMetadata({
      ...{ net, classes, normalisation },
      images: { channels, height, width, resizing },
    }),
  };
}

/** What a file says of a network besides its tensors; {@link describedNetwork} reads it. */
export function networkMetadata(
  { net, classes: names, normalisation: { mean, std }, images: { height, width, resizing } }:
    DescribedNetwork,
): Record<string, string> {
  const { channels, layers, classes, imageChannels = 3, auxiliary = false } = net.size;
  return {
    genotype: genotypeJson(net.genotype),
    class_names: JSON.stringify(names),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    height: String(height),
    width: String(width),
    ...(resizing !== undefined && resizing !== "bilinear" && { resizing }),
    ...Object.fromEntries(
      Object.entries({ channels, layers, classes, imageChannels, auxiliary }).map(([k, v]) => [k, String(v)]),
    ),
  };
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
  const file = fileAt(path, fileNames, "give a run, an exported folder or its weights");
  if (file !== undefined) return file;
  throw usageError(`${path} holds no trained network: ${whyUntrained(path)}`);
}

/**
 * The file that a user names by itself or by its folder, where it has the first of these names that is there; undefined
 * for a folder with none of them. Throws a usage error, with `advice` of what to give, where there is nothing.
 */
export function fileAt(path: string, names: readonly string[], advice: string): string | undefined {
  const there = statIfThere(path);
  if (there === undefined) throw usageError(`There is no file or folder ${path}; ${advice}.`);
  return there.isDirectory ? names.map((name) => join(path, name)).find((file) => statIfThere(file)) : path;
}

/** Why there is none in a folder, and which command makes one. A search knows its method, a training its genotype. */
function whyUntrained(folder: string): string {
  const settings = readJson(join(folder, settingsName)) ?? {};
  const command = "method" in settings ? "search" : "genotype" in settings ? "evaluate" : undefined;
  if (command === undefined) return `it has neither ${fileNames.join(" nor ")}.`;
  return statIfThere(join(folder, "result.json"))
    ? "its search trained none; evaluate trains its cell, as its genotype."
    : `its run has not come to its end; resume it with: ${runner} ${command} ${setting("resume")} ${
      quoted(folder)
    }`;
}

/**
 * Reads the file of a trained network, such as the `weights.safetensors` of a run or of `train`.
 *
 * @throws UserError (exit 4) for a file that is missing, damaged, or of something else, naming it
 */
export const readNetwork = (path: string): ReadNetwork => networkIn(readSafetensors(path));

/**
 * The network in such a file.
 *
 * @throws UserError (exit 4) where there is another one in it, or none
 */
export function networkIn(file: SafetensorsFile): ReadNetwork {
  const described = describedNetwork(file.metadata, file.file, "the weights.safetensors of a run");
  const { parameters, statistics } = stateVectors(described.net.layout, file);
  return { ...described, parameters, statistics };
}

/**
 * The network that a file describes in its metadata.
 *
 * @param file its name in messages
 * @param kind what it should be, in messages
 * @throws UserError (exit 4) where they do not
 */
export function describedNetwork(
  metadata: Readonly<Record<string, string>>,
  file: string,
  kind: string,
): DescribedNetwork {
  const { genotype, class_names, mean, std, height, width, resizing, auxiliary, ...sizes } = metadataOf(
    metadata,
    file,
    kind,
  );
  const net = evaluationNetwork(readGenotype(genotype, file), { ...sizes, auxiliary: auxiliary === "true" });
  return {
    ...{ net, classes: class_names, normalisation: { mean, std } },
    images: { channels: sizes.imageChannels, height, width, ...(resizing && { resizing }) },
  };
}

function metadataOf(metadata: Readonly<Record<string, string>>, file: string, kind: string) {
  try {
    return metadataSchema.parse(metadata);
  } catch (cause) {
    throw dataError(
      `${file} is not ${kind}: its metadata do not say what network it is of, on which images.`,
      { cause },
    );
  }
}
