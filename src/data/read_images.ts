/** Image files one by one, as a network that was trained on images of some size takes them. */
import { dataError } from "../errors.ts";
import type { Images } from "./dataset.ts";
import { decodeSplit } from "./image_decoding.ts";
import { makeResizer } from "./resize.ts";
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
  const { channels, height, width, resizing } = shape;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot read images of ${channels} channels: there are 1 or 3`);
  }
  const files = paths.map((path) => ({ path, label: 0 }));
  const options = { cacheDir: "", download: false, log: () => {}, resizing };
  const { images, failures: [failure] } = await decodeSplit(
    "images",
    files,
    Math.max(height, width),
    options,
  );
  if (failure) throw dataError(`Cannot read the image ${failure.path}: ${failure.why}.`);
  const plane = height * width;
  const pixels = new Uint8Array(images.count * 3 * plane);
  const resize = makeResizer(images.height, images.width, height, width, resizing);
  const source = images.height * images.width;
  for (let p = 0; p < 3 * images.count; p++) {
    resize(
      images.pixels.subarray(p * source, (p + 1) * source),
      pixels.subarray(p * plane, (p + 1) * plane),
    );
  }
  return inChannels({ ...images, pixels, height, width }, channels);
}

/** Images in as many channels: three become one by their luma, one becomes three that are equal. */
export function inChannels(images: Images, channels: number): Images {
  if (images.channels === channels) return images;
  const plane = images.height * images.width;
  const pixels = channels === 1 ? greyOf(images.pixels, plane) : repeated(images.pixels, plane, channels);
  return { ...images, pixels, channels };
}

/** Every plane `times` times. */
function repeated(pixels: Uint8Array, plane: number, times: number): Uint8Array {
  const all = new Uint8Array(times * pixels.length);
  for (let at = 0; at < all.length; at += plane) {
    const from = plane * Math.floor(at / plane / times);
    all.set(pixels.subarray(from, from + plane), at);
  }
  return all;
}

/** One plane for each three: red, green and blue by their luma, in the whole numbers that Pillow takes. */
const greyOf = (colours: Uint8Array, plane: number): Uint8Array =>
  Uint8Array.from({ length: colours.length / 3 }, (_, i) => {
    const first = 3 * plane * Math.floor(i / plane) + i % plane;
    const [red, green, blue] = [colours[first]!, colours[first + plane]!, colours[first + 2 * plane]!];
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
  });
