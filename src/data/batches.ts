/**
 * Which images a step sees and how they are augmented, as pure functions of a key and a number: the same key,
 * epoch and step give the same batch whenever they are asked for, so a run can be continued anywhere.
 */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { fold, type Key, permutation, word } from "../random.ts";
import type { Images } from "./dataset.ts";

/** The order of one epoch: a permutation of 0 … n-1. */
export const epochOrder = (key: Key, epoch: number, n: number): Uint32Array =>
  permutation(fold(key, epoch), n);

/**
 * Batches in an epoch of `n` images. Only whole ones, so that every step is one plan: the public codes train on the
 * rest as well. Each epoch leaves out other images.
 */
export const batchesPerEpoch = (n: number, batch: number): number => Math.floor(n / batch);

/** Indices of the batches of one epoch. */
export function epochBatches(key: Key, epoch: number, n: number, batch: number): Uint32Array[] {
  const order = epochOrder(key, epoch, n);
  return Array.from(
    { length: batchesPerEpoch(n, batch) },
    (_, i) => order.subarray(i * batch, (i + 1) * batch),
  );
}

/** Indices in order, in batches of at most `batch`: for evaluation. */
export function sequentialBatches(n: number, batch: number): Uint32Array[] {
  return Array.from(
    { length: Math.ceil(n / batch) },
    (_, i) => Uint32Array.from({ length: Math.min(batch, n - i * batch) }, (_, j) => i * batch + j),
  );
}

/**
 * The search batch of a step: the first batch of a fresh shuffle, as the MS-DARTS code takes it, so always full
 * and with replacement from step to step. Only the first `batch` swaps of the shuffle are made.
 */
export function searchBatch(key: Key, step: number, n: number, batch: number): Uint32Array {
  checkBatch(batch, n, "the alpha half");
  const draw = fold(key, step);
  const moved = new Map<number, number>();
  return Uint32Array.from({ length: batch }, (_, i) => {
    const j = i + Math.floor((word(draw, i) / 2 ** 32) * (n - i));
    const taken = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return taken;
  });
}

/** Throws a usage error if a batch does not fit the images it is drawn from; `from` names them. */
export function checkBatch(batch: number, n: number, from: string): void {
  if (batch > n) {
    throw usageError(
      `A batch of ${batch} is larger than the ${n} images of ${from}; choose ${
        setting("batch")
      } ${n} or less.`,
    );
  }
}

/** A batch as the device takes it. */
export interface Batch {
  /** The images' bytes [N, C, H, W] one after the other, four to a word, the first in the lowest bits. */
  readonly pixels: Uint32Array;
  /** [N] */
  readonly labels: Uint32Array;
}

/** Collects the images at `indices`. The last word is filled up with zeros. */
export function gather(images: Images, indices: Uint32Array): Batch {
  const size = images.channels * images.height * images.width;
  const pixels = new Uint32Array(Math.ceil(indices.length * size / 4));
  const bytes = new Uint8Array(pixels.buffer); // every platform Deno runs on is little-endian
  const labels = new Uint32Array(indices.length);
  indices.forEach((index, i) => {
    bytes.set(images.pixels.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = images.labels[index]!;
  });
  return { pixels, labels };
}
