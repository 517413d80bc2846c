/**
 * Augmentation as data: six numbers an image, made from a key here and carried out where the batch is unpacked.
 * The steps and their order are DARTS': random crop out of the zero-padded image, horizontal flip, normalise,
 * cutout (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017).
 */
import { type Key, uniform, word } from "../random.ts";

/** Numbers of one image in a plan, in order. */
export const PLAN_FIELDS = ["dy", "dx", "flip", "cutoutY", "cutoutX", "cutoutSize"] as const;

export interface AugmentationOptions {
  readonly height: number;
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
 * The plan of a batch of `count` images: Int32 [count, 6], fields as in `PLAN_FIELDS`.
 *
 * Output pixel (y, x) is input pixel (y + dy, (flip ? width - 1 - x : x) + dx), black (byte 0) where that lies
 * outside. After normalisation the square of rows cutoutY - size/2 … cutoutY + size/2 - 1 (halves rounded down,
 * columns alike), clipped at the borders, is set to zero; size 0 means no cutout. Offsets are uniform in
 * [-pad, pad], centres uniform over the image. The key must be one step's own.
 */
export function augmentationPlan(key: Key, count: number, options: AugmentationOptions): Int32Array {
  const { height, width, pad, flip, cutoutSize, cutoutProbability } = options;
  const plan = new Int32Array(count * 6);
  for (let n = 0; n < count; n++) {
    const below = (field: number, bound: number) => Math.floor((word(key, n * 6 + field) / 2 ** 32) * bound);
    plan[n * 6] = below(0, 2 * pad + 1) - pad;
    plan[n * 6 + 1] = below(1, 2 * pad + 1) - pad;
    plan[n * 6 + 2] = flip ? below(2, 2) : 0;
    plan[n * 6 + 3] = below(3, height);
    plan[n * 6 + 4] = below(4, width);
    plan[n * 6 + 5] = uniform(key, n * 6 + 5) < cutoutProbability ? cutoutSize : 0;
  }
  return plan;
}

/** The plan that leaves every image as it is: for evaluation. */
export const identityPlan = (count: number): Int32Array => new Int32Array(count * 6);
