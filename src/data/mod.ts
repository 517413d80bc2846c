/**
 * Data sets by name, the layouts recognised in a path, and batches of them. A new data set is a file and a line here.
 * What a program trains on is a {@link Dataset}, which images of any origin can be made into.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { epochBatches, gather, openDataset } from "@ms-darts/ms-darts/data";
 * import { keyFromSeed } from "@ms-darts/ms-darts/random";
 *
 * const { classes, train } = await openDataset("fashion-mnist-small"); // or the path of a folder with images
 * equal(classes[9], "Ankle boot");
 * const batches = epochBatches(keyFromSeed(0), 0, train.count, 64);
 * equal(batches.length, Math.floor(train.count / 64));
 * const { pixels, labels } = gather(train, batches[0]!);
 * deepEqual([pixels.length, labels.length], [64 * 28 * 28 / 4, 64]); // four pixels a word
 * ```
 *
 * @module
 */
import { cacheFolder } from "../environment.ts";
import { bare, dataError, nearest, UserError } from "../errors.ts";
import { setting } from "../setting.ts";
import { join } from "../io/paths.ts";
import { readReason } from "../io/read.ts";
import { cifar10, cifar100, cifarPath } from "./cifar.ts";
import { type Dataset, type NamedDataset, type OpenOptions, type PathFormat, sizeOf } from "./dataset.ts";
import { fashionMnist, fashionMnistFolder, fashionMnistSmall } from "./fashion_mnist.ts";
import { idxFolder } from "./idx_folder.ts";
import { imageFolder } from "./image_folder.ts";
import { listedNames } from "./left_out.ts";
import { kindOf, nameOf, namesIn } from "./read.ts";
import { resizeDataset } from "./resize.ts";
import { unreadIn } from "./unread.ts";

export { type AugmentationOptions, augmentationPlan, identityPlan } from "./augmentation.ts";
export {
  type Batch,
  batchesPerEpoch,
  epochBatches,
  epochOrder,
  gather,
  searchBatch,
  sequentialBatches,
} from "./batches.ts";
export type {
  Augmentation,
  Dataset,
  Images,
  NamedDataset,
  Normalisation,
  OpenOptions,
  PathFormat,
  Size,
} from "./dataset.ts";
export type { Resizing } from "./resizings.ts";
export { type ImageShape, readImages } from "./read_images.ts";
export { searchHalves, type SearchImages } from "./splits.ts";

/** The data sets known by name. */
export const datasets: readonly NamedDataset[] = [
  fashionMnistSmall,
  fashionMnist,
  cifar10,
  cifar100,
];

/** In the order they are tried: the last takes any folder. */
export const pathFormats: readonly PathFormat[] = [fashionMnistFolder, idxFolder, cifarPath, imageFolder];

/**
 * Opens a data set by name, or from a path; a name stands before a path, so write ./NAME for a folder called
 * like a data set. What is not embedded is downloaded once, into the user's cache, unless the options say otherwise.
 * Throws a data error (exit 4) for what is neither, and for data that are missing or damaged.
 */
export async function openDataset(nameOrPath: string, given: Partial<OpenOptions> = {}): Promise<Dataset> {
  const options = { cacheDir: cacheFolder(), download: true, log: () => {}, ...given };
  const known = datasets.find((dataset) => dataset.name === nameOrPath);
  const opened = known !== undefined ? await known.open(options) : await openPath(nameOrPath, options);
  const dataset = options.resizing === undefined ? opened : { ...opened, resizing: options.resizing };
  return options.size === undefined ? dataset : await resizeDataset(dataset, sizeOf(options.size), options);
}

async function openPath(path: string, options: OpenOptions): Promise<Dataset> {
  const kind = kindOf(path);
  if (kind === "missing") {
    const names = datasets.map((dataset) => dataset.name);
    if (/[/\\]/.test(path)) throw dataError(missingPath(path, names));
    throw dataError(
      `There is no data set or path ${path}; did you mean ${nearest(path, names)}? Data sets are ${
        names.join(", ")
      }.`,
    );
  }
  if (kind === "folder" && namesIn(path).length === 0) {
    throw dataError(`The folder ${path} is empty; it should hold ${expectations("; or ")}.`);
  }
  const format = pathFormats.find((format) => format.recognises(path));
  if (format === undefined) {
    throw dataError(
      `${path} is not a data set${unreadIn(path, kind)}; it should be or hold ${expectations("; or ")}.`,
    );
  }
  const { claims } = format;
  const dataset = await format.open(path, options).catch((error) => {
    // Only now: it looks into many folders.
    const unread = error instanceof UserError ? unreadIn(path, kind) : "";
    throw unread === "" ? error : dataError(`${error.message} (${path}${unread}.)`);
  });
  const beside = kind === "file" || claims === undefined
    ? []
    : namesIn(path).filter((name) => !name.startsWith(".") && !claims(join(path, name)));
  if (beside.length === 0) return dataset;
  return {
    ...dataset,
    notes: [...dataset.notes, `Beside the files of ${dataset.name} were left out: ${listedNames(beside)}.`],
  };
}

/** What is wrong with a path at which nothing can be looked at. */
function missingPath(path: string, names: readonly string[]): string {
  try {
    Deno.statSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) return `Cannot read ${path}: ${readReason(cause)}.`;
  }
  const meant = names.find((name) => bare(name) === bare(nameOf(path)));
  return `There is no file or folder ${path}; ${
    meant === undefined
      ? `give ${setting("data")} the path where the images are, or the name of a data set: ${
        names.join(", ")
      }`
      : `the data set is called ${meant}`
  }.`;
}

const expectations = (separator: string): string =>
  pathFormats.map((format) => format.expects).join(separator);
