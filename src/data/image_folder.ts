/** Any folder of class folders of PNG or JPEG images, decoded in workers and kept decoded in the cache. */
import { dataError } from "../errors.ts";
import { setting } from "../setting.ts";
import {
  type Dataset,
  type Images,
  makeDataset,
  type OpenOptions,
  type PathFormat,
  sizeOf,
} from "./dataset.ts";
import { cacheKey, type Decoded, loadDecoded, saveDecoded } from "./image_cache.ts";
import { decodeSplit, type Failure, measureSizes, someCanBeRead } from "./image_decoding.ts";
import { type ImageListing, listImages } from "./image_listing.ts";
import { kindOf, nameOf } from "./read.ts";

export const imageFolder: PathFormat = {
  expects: "class folders of PNG or JPEG images (CLASS/IMAGE.png, or train/CLASS/… and test/CLASS/…)",
  recognises: (path) => kindOf(path) === "folder",
  open: openImageFolder,
};

/** Largest side that is chosen without being asked for: larger images make a search very slow. */
const largestDefault = 224;

async function openImageFolder(path: string, options: OpenOptions): Promise<Dataset> {
  options.log(`listing ${path}`);
  const listing = wanted(await listImages(path, options.signal), options);
  if (listing.train.length + listing.test.length === 0) {
    throw dataError(`${path} has no image in ${wantedWords[options.tested!]}.`);
  }
  const key = await cacheKey(path, listing, options);
  const decoded = await kept(key, options) ?? await decodeAndKeep(key, path, listing, options);
  const { train, test, failures } = decoded;
  const skippedOf = (most: number) => skipped(failures, listing.train.length + listing.test.length, most);
  const trained = new Set(train.labels);
  const lack = options.tested
    ? train.count + test.count > 0 ? undefined : `no readable image in ${wantedWords[options.tested]}`
    : lackOf(trained.size, test.count, listing.test.length);
  if (lack !== undefined) throw dataError([`${path} has ${lack}.`, ...skippedOf(3)].join(" "));
  const absent = options.tested ? [] : listing.classes.filter((_, label) => !trained.has(label));
  const signs = listing.classes.every((name) => /^(\d+|\p{L})$/u.test(name));
  return makeDataset({
    name: nameOf(path),
    description: `images in ${path}`,
    classes: listing.classes,
    train,
    test,
    augmentation: { pad: Math.round(train.height / 8), flip: !signs },
    notes: [
      ...(signs ? [signsNote] : []),
      ...listing.notes,
      ...decoded.notes,
      ...skippedOf(namedFailures),
      ...(absent.length > 0 ? [`No readable training image is left of ${absent.join(", ")}.`] : []),
    ],
  }, options.tested);
}

/** The files that are needed. */
const wanted = (listing: ImageListing, { tested }: OpenOptions): ImageListing => ({
  ...listing,
  train: tested === "test" ? [] : listing.train,
  test: tested === "train" ? [] : listing.test,
});

const wantedWords = { test: "the test split", train: "the training split", all: "either split" };

const signsNote = `The classes are called by digits or letters, so no image is mirrored in training; ${
  setting("flip")
} on mirrors them.`;

/** What is missing among the images that could be read; undefined where nothing is. */
function lackOf(trained: number, tests: number, listed: number): string | undefined {
  if (trained === 0) return "no readable training image";
  if (trained === 1) return "readable training images of one class; two or more are needed";
  if (tests > 0) return undefined;
  return listed === 0
    ? "one image of each class, so that none is left for the test"
    : "no readable test image";
}

/** What the cache holds, unless a file that could not be read then can be read now. */
async function kept(key: string, options: OpenOptions): Promise<Decoded | undefined> {
  const decoded = loadDecoded(key, options);
  if (decoded === undefined || !await someCanBeRead(decoded.failures, options.signal)) return decoded;
  options.log("files that could not be read then can be read now; all images are decoded again");
  return undefined;
}

async function decodeAndKeep(
  key: string,
  path: string,
  listing: ImageListing,
  options: OpenOptions,
): Promise<Decoded> {
  const decoded = await decode(path, listing, options);
  saveDecoded(key, decoded, options);
  return decoded;
}

async function decode(path: string, listing: ImageListing, options: OpenOptions): Promise<Decoded> {
  const { train, test } = listing;
  const files = [...train, ...test];
  const { sizes, failures } = await measureSizes(files, options.signal);
  const common = mostCommon(sizes);
  if (common === undefined) {
    throw dataError(`None of the ${files.length} images in ${path} can be read: ${named(failures, 3)}.`);
  }
  const size = sizeOf(options.size ?? defaultSize(common));
  const all = await decodeSplit(`${path} train`, train, size, options);
  const held = await decodeSplit(`${path} test`, test, size, options);
  const grey = !all.coloured && !held.coloured;
  const inWords = `${size.height}×${size.width}`;
  const other = sizes.filter((s) => s !== "" && s !== inWords).length;
  return {
    train: grey ? firstPlane(all.images) : all.images,
    test: grey ? firstPlane(held.images) : held.images,
    failures: [...all.failures, ...held.failures],
    notes: other > 0 ? [`${other} of ${files.length} images were resized to ${inWords}.`] : [],
  };
}

/** The shorter side to a multiple of 4, so that both reductions halve an even size. */
function defaultSize(common: string): number {
  const [height, width] = common.split("×").map(Number) as [number, number];
  const side = Math.max(8, 4 * Math.round(Math.min(height, width) / 4));
  return Math.min(largestDefault, side);
}

/** The size that occurs most often; of two, the one met first. */
function mostCommon(sizes: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const size of sizes) if (size !== "") counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

const namedFailures = 20;

/** Files and reasons, `most` of them. */
function named(failures: readonly Failure[], most: number): string {
  const more = failures.length - most;
  return [
    ...failures.slice(0, most).map(({ path, why }) => `${path} (${why})`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("; ");
}

/** The sentence on the files left out, where there are any. */
const skipped = (failures: readonly Failure[], total: number, most: number): string[] =>
  failures.length === 0
    ? []
    : [`Skipped ${failures.length} of ${total} images that cannot be read: ${named(failures, most)}.`];

/** Grey images as one channel. */
function firstPlane(images: Images): Images {
  const plane = images.height * images.width;
  const pixels = new Uint8Array(images.count * plane);
  for (let n = 0; n < images.count; n++) {
    pixels.set(images.pixels.subarray(3 * n * plane, (3 * n + 1) * plane), n * plane);
  }
  return { ...images, pixels, channels: 1 };
}
