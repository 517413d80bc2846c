/**
 * What every data set is once it is open: 8-bit images in memory, labels, and what the stages need to know to
 * train on them. A data set is a plain value; nothing in it is changed after it was opened.
 */
import { dataError } from "../errors.ts";
import { setting } from "../setting.ts";
import type { Resizing } from "./resizings.ts";

/** A split: `count` images of [channels, height, width] bytes each, one after the other, and their labels. */
export interface Images {
  /** Which split of what, for messages: "cifar10 train". */
  readonly name: string;
  /** [count, channels, height, width], 0 … 255. */
  readonly pixels: Uint8Array;
  /** [count], indices into the data set's `classes`. */
  readonly labels: Uint8Array | Uint16Array;
  /** How many images. */
  readonly count: number;
  /** 1 for grey images, 3 for red, green and blue. */
  readonly channels: number;
  /** Rows of pixels. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
}

/** Mean and standard deviation of each channel over the training images, on the scale 0 … 1. */
export interface Normalisation {
  /** One number a channel, in their order. */
  readonly mean: readonly number[];
  /** One number a channel, never 0. */
  readonly std: readonly number[];
}

/** Training augmentation that suits the images: random crop after padding by `pad` pixels, horizontal flip. */
export interface Augmentation {
  /** Largest offset of a crop, in pixels; 0 for none. */
  readonly pad: number;
  /** Whether images may be mirrored left and right. */
  readonly flip: boolean;
}

/** An open data set: images of one size with labels, for training and for testing. */
export interface Dataset {
  /** As settings and reports name it: `cifar10`, or the path that was given. */
  readonly name: string;
  /** One line for the log: what it is and where it comes from. */
  readonly description: string;
  /** Names of the classes; labels are indices into it. */
  readonly classes: readonly string[];
  /** Channels of every image: 1 or 3. */
  readonly channels: number;
  /** Rows of every image. */
  readonly height: number;
  /** Columns of every image. */
  readonly width: number;
  /** The images to train and search on; see `searchHalves`. */
  readonly train: Images;
  /** The images for the final test alone. */
  readonly test: Images;
  /** What images are normalised with, taken from `train`. */
  readonly normalisation: Normalisation;
  /** What training does to images at random. */
  readonly augmentation: Augmentation;
  /** The filter that images of another size were resized with; bilinear when left out. */
  readonly resizing?: Resizing | undefined;
  /** What the user should know: files skipped, sizes changed, splits made. One sentence each. */
  readonly notes: readonly string[];
}

/** Height and width of images, in pixels. */
export type Size = Pick<Images, "height" | "width">;

/** How a data set is opened, whatever it is. */
export interface OpenOptions {
  /** What to resize the images to, a number for squares; by default the data's own. */
  readonly size?: number | Size | undefined;
  /**
   * Where nothing is trained, the images that a network is to be tested on. A folder of image files needs only these, and
   * decodes no others: the other split is empty.
   */
  readonly tested?: "test" | "train" | "all" | undefined;
  /** The filter that resizes them; bilinear when left out. */
  readonly resizing?: Resizing | undefined;
  /** Where downloads and decoded images are kept between runs. */
  readonly cacheDir: string;
  /** Whether missing files may be fetched from the network. */
  readonly download: boolean;
  /** Progress, one line at a time. */
  readonly log: (line: string) => void;
  /** Ends the opening: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A data set known by name. */
export interface NamedDataset {
  /** As users write it: `cifar10`. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Reads it from the cache, or fetches it where that is allowed. Throws a data error for missing or damaged files. */
  open(options: OpenOptions): Promise<Dataset>;
}

/** A layout of files that is recognised in a path. */
export interface PathFormat {
  /** What the path has to hold, for the message when no format fits. */
  readonly expects: string;
  /** Whether what lies at the path is of this layout, by a look at names and first bytes. */
  recognises(path: string): boolean;
  /**
   * Whether what lies at a path in such a folder is of the data set; left out where the format looks at all that is
   * there.
   */
  claims?(path: string): boolean;
  /** Reads it. Throws a data error for missing, damaged or unfit files. */
  open(path: string, options: OpenOptions): Promise<Dataset>;
}

/** Largest bytes of pixels a split may hold: a typed array of this size is sure to exist. */
export const maxPixelBytes = 2 ** 31;

/** Room for the pixels of so many images. Throws a data error for more than a split may hold. */
export function pixelsOf(
  count: number,
  { channels, height, width }: Size & Pick<Images, "channels">,
): Uint8Array {
  const bytes = count * channels * height * width;
  if (bytes <= maxPixelBytes) return new Uint8Array(bytes);
  throw dataError(
    `${count} images of ${height}×${width} take more than the ${
      maxPixelBytes / 2 ** 30
    } GiB that are read of a split; ` +
      `give fewer, or smaller ones (${setting("size")}).`,
  );
}

/** A size as height and width. */
export const sizeOf = (size: number | Size): Size =>
  typeof size === "number" ? { height: size, width: size } : size;

type Unfinished = Omit<Dataset, "channels" | "height" | "width" | "normalisation" | "notes"> & {
  readonly normalisation?: Normalisation;
  readonly notes?: readonly string[];
};

/**
 * Checks both splits and fills in what follows from them: sizes, and the normalisation where none is published.
 * Throws a data error for an empty split, a single class, splits of unlike sizes or a label out of range. Under `tested`
 * (see {@link OpenOptions}) one of the splits may be empty.
 */
export function makeDataset(parts: Unfinished, tested?: OpenOptions["tested"]): Dataset {
  const { train, test, classes } = parts;
  if (classes.length < 2) {
    throw dataError(
      `Data set ${parts.name} has ${classes.length === 1 ? `one class, ${classes[0]}` : "no classes"}; ` +
        `training a classifier needs two or more.`,
    );
  }
  const splits = tested === undefined ? [train, test] : [train, test].filter(({ count }) => count > 0);
  for (const split of splits) checkImages(split, classes.length);
  if (train.channels !== test.channels || train.height !== test.height || train.width !== test.width) {
    throw dataError(
      `The images of ${train.name} are ${sizes(train)} and those of ${test.name} are ${sizes(test)}; ` +
        `both splits must have one size.`,
    );
  }
  const { channels, height, width } = train;
  return { notes: [], normalisation: measure(splits[0] ?? train), ...parts, channels, height, width };
}

function checkImages(images: Images, classes: number): void {
  const { name, count, channels, height, width, pixels, labels } = images;
  if (count === 0) throw dataError(`${name} holds no images.`);
  if (pixels.length !== count * channels * height * width || labels.length !== count) {
    throw dataError(
      `${name} holds ${pixels.length} bytes of pixels and ${labels.length} labels, ` +
        `which do not fit ${count} images of ${sizes(images)}.`,
    );
  }
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw dataError(
      `Label ${labels[bad]} of image ${bad} in ${name} is out of range; with ${classes} classes ` +
        `labels go from 0 to ${classes - 1}.`,
    );
  }
}

const sizes = (x: Images): string => `${x.channels}×${x.height}×${x.width}`;

/** Mean and standard deviation per channel of all pixels, on the scale 0 … 1. */
export function measure(images: Images): Normalisation {
  const { pixels, count, channels } = images;
  const plane = images.height * images.width;
  const mean: number[] = [];
  const std: number[] = [];
  for (let c = 0; c < channels; c++) {
    // Integer sums below 2^53 are exact, so the result does not depend on the order of the images.
    let sum = 0;
    let squares = 0;
    for (let n = 0; n < count; n++) {
      const start = (n * channels + c) * plane;
      for (let i = start; i < start + plane; i++) {
        const v = pixels[i]!;
        sum += v;
        squares += v * v;
      }
    }
    const average = sum / (count * plane);
    mean.push(average / 255);
    // A channel of one value would divide by zero; 1/255 is the smallest step an image can show.
    std.push(Math.max(Math.sqrt(Math.max(squares / (count * plane) - average * average, 0)), 1) / 255);
  }
  return { mean, std };
}
