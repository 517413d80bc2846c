/** Image files one by one, as a network that was trained on images of some size takes them. */
import { dataError } from "../errors.ts";
import type { Images } from "./dataset.ts";
import { type DecodedSplit, decodeSplit } from "./image_decoding.ts";
import { resizeImages } from "./resize.ts";
import type { Resizing } from "./resizings.ts";

/** The size of an image in memory. */
export interface ImageShape {
  /** 1 for grey, 3 for red, green and blue. */
  readonly channels: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** The filter that images of another size are resized with; bilinear when left out. */
  readonly resizing?: Resizing | undefined;
}

/**
 * PNG and JPEG files as images of one size, resized without regard to their proportions as those of a data set are;
 * colours become grey by their luma (ITU-R BT.601, as in Pillow's `convert("L")`). All labels are 0.
 *
 * @throws UserError (exit 4) for a file that cannot be read, with the reason
 */
export async function readImages(paths: readonly string[], shape: ImageShape): Promise<Images> {
  const { images, failures: [failure] } = await decodeImages(paths, shape);
  if (failure) throw dataError(`Cannot read the image ${failure.path}: ${failure.why}.`);
  return images;
}

/** The same of those files that can be read, in their order, with what is wrong with the others. */
export async function decodeImages(paths: readonly string[], shape: ImageShape): Promise<DecodedSplit> {
  const { channels, height, width, resizing } = shape;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot read images of ${channels} channels: there are 1 or 3`);
  }
  const files = paths.map((path) => ({ path, label: 0 }));
  const options = { cacheDir: "", download: false, log: () => {}, resizing };
  const decoded = await decodeSplit("images", files, { height, width }, options);
  return { ...decoded, images: withChannels(decoded.images, channels) };
}

/**
 * Images brought to a size and to 1 or 3 channels: colours become grey by their luma, grey becomes three planes alike.
 * Images that have them already are returned as they are. Throws the signal's reason.
 */
export async function fitted(images: Images, shape: ImageShape, signal?: AbortSignal): Promise<Images> {
  const { channels, resizing } = shape;
  return withChannels(await resizeImages(images, shape, { resizing, signal }), channels);
}

function withChannels(images: Images, channels: number): Images {
  if (images.channels === channels) return images;
  const plane = images.height * images.width;
  const convert = channels === 1 ? greyOf : coloursOf;
  return { ...images, pixels: convert(images.pixels, plane), channels };
}

/** One plane for each three: red, green and blue by their luma, in the whole numbers that Pillow takes. */
const greyOf = (colours: Uint8Array, plane: number): Uint8Array =>
  Uint8Array.from({ length: colours.length / 3 }, (_, i) => {
    const first = 3 * plane * Math.floor(i / plane) + i % plane;
    const [red, green, blue] = [colours[first]!, colours[first + plane]!, colours[first + 2 * plane]!];
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
  });

/** Three planes for each one. */
const coloursOf = (grey: Uint8Array, plane: number): Uint8Array =>
  Uint8Array.from(
    { length: 3 * grey.length },
    (_, i) => grey[plane * Math.floor(i / (3 * plane)) + i % plane]!,
  );
