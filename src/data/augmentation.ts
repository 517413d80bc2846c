/**
 * Augmentation as data: six numbers an image, made from a key here and carried out where the batch is unpacked.
 * The steps and their order are DARTS': random crop out of the zero-padded image, horizontal flip, normalise,
 * cutout (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017).
 */
import { augmentationColumns } from "../augmentation_columns.ts";
import { type Key, uniform, word } from "../random.ts";

/** How the images of a batch are changed at random. */
export interface AugmentationOptions {
  /** Of the images, in pixels, like the width. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
  /** Largest crop offset in pixels; 0 for none. */
  readonly pad: number;
  /** Whether half of the images, drawn at random, are mirrored. */
  readonly flip: boolean;
  /** Side of the square that is blanked; 0 for none. */
  readonly cutoutSize: number;
  /** How likely an image is to be cut. */
  readonly cutoutProbability: number;
}

/**
 * The plan of a batch of `count` images: Int32 [count, 6], see {@link augmentationColumns}.
 *
 * Output pixel (y, x) is input pixel (y + cropY, (flip ? width - 1 - x : x) + cropX), black (byte 0) where that lies
 * outside. After normalisation the square of rows cutoutY - size/2 … cutoutY + size/2 - 1 (halves rounded down,
 * columns alike), clipped at the borders, is set to zero; size 0 means no cutout. Offsets are uniform in
 * [-pad, pad], centres uniform over the image. The key must be one step's own.
 */
export function augmentationPlan(key: Key, count: number, options: AugmentationOptions): Int32Array {
  const { height, width, pad, flip, cutoutSize, cutoutProbability } = options;
  const plan = identityPlan(count);
  const columns = augmentationColumns.length;
  for (let n = 0; n < count; n++) {
    const below = (column: number, bound: number) =>
      Math.floor((word(key, n * columns + column) / 2 ** 32) * bound);
    const row: Record<typeof augmentationColumns[number], number> = {
      cropY: below(0, 2 * pad + 1) - pad,
      cropX: below(1, 2 * pad + 1) - pad,
      flip: flip ? below(2, 2) : 0,
      cutoutY: below(3, height),
      cutoutX: below(4, width),
      cutoutSize: uniform(key, n * columns + 5) < cutoutProbability ? cutoutSize : 0,
    };
    plan.set(augmentationColumns.map((column) => row[column]), n * columns);
  }
  return plan;
}

/** The plan that leaves every image as it is: for evaluation. */
export const identityPlan = (count: number): Int32Array => new Int32Array(count * augmentationColumns.length);
