/** How the calls of the depthwise family are cut into threads. */
import type { Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { rowBlocks } from "./grid.ts";

/**
 * How a call is cut into threads. A thread has one channel, a strip of columns, a band of rows and a group of images: it
 * walks down its rows in one image after the other, and meets each row once, whose columns it keeps in registers.
 */
export interface Tiling {
  /** Blocks of 4 columns in a strip. */
  readonly strip: number;
  /** Whether a strip is a whole row: then nothing lies beside it, and no border is tested. */
  readonly whole: boolean;
  /** Rows of a band. */
  readonly band: number;
  /** Group g has the images g, g + groups, g + 2 · groups, … */
  readonly groups: number;
  /** Threads of one channel. */
  readonly parts: number;
}

/** What is walked over: rows of a map in each of `phases`, whose strips meet rows `stride` times as wide. */
interface Walk {
  readonly rows: number;
  readonly phases?: number;
  readonly stride?: number;
  /** Whether strips that are not whole rows need an even number of blocks. */
  readonly even?: boolean;
  /** Rows that a thread gets where there are threads enough without. */
  readonly most?: number;
}

/**
 * Tiling of a map of the shape given. To start with a thread has one image. It gets more where their rows together are
 * fewer than is worth a thread, and its image is cut into bands where that makes too few threads. For example, with 256
 * threads and 28 rows: of 64 images of 64 channels of 8×8, four each; of 2 images of 3 channels of 56×56 in strips of 4
 * blocks, half an image.
 */
export function tiling([channels, images, , width]: Shape, walk: Walk, { depthwise: tuned }: Tuning): Tiling {
  const { rows, phases = 1, stride = 1, even = false, most = tuned.rows } = walk;
  const blocks = rowBlocks(width!);
  const whole = blocks <= tuned.wholeStrip / stride;
  const strip = whole ? blocks : Math.max(even ? 2 : 1, Math.floor(tuned.strip / stride));
  const columns = phases * Math.ceil(blocks / strip);
  const threads = channels! * images! * columns;
  const spare = Math.min(Math.floor(threads / tuned.threads), Math.ceil(most / rows));
  const imagesEach = Math.max(Math.ceil(tuned.rows / rows), spare);
  const groups = Math.ceil(images! / imagesEach);
  const bands = Math.min(Math.ceil(tuned.threads / threads), Math.ceil(rows / tuned.rows));
  const band = Math.ceil(rows / bands);
  return { strip, whole, band, groups, parts: columns * Math.ceil(rows / band) * groups };
}
