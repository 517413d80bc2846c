/** An order of images by their contents alone, so that no half or limit depends on the order of a file. */
import { breathe } from "../breathe.ts";
import type { Dataset, Images } from "./dataset.ts";
import { type Caps, select } from "./splits.ts";

/** Bytes of pixels between pauses, in which an abort is noticed. */
const bytesAtOnce = 2 ** 23;

/**
 * Both splits in the order of their contents, as good as shuffled and the same in whatever order they came, cut to at
 * most the first of them. Throws the signal's reason.
 */
export async function orderedByContent(
  dataset: Dataset,
  caps: Caps = {},
  signal?: AbortSignal,
): Promise<Dataset> {
  return {
    ...dataset,
    train: await ordered(dataset.train, caps.train, signal),
    test: await ordered(dataset.test, caps.test, signal),
  };
}

/** Sorted by two hashes of pixels and label; images alike in both are the same image. */
async function ordered(images: Images, cap: number | undefined, signal?: AbortSignal): Promise<Images> {
  const size = images.channels * images.height * images.width;
  const stride = Math.ceil(bytesAtOnce / size);
  const high = new Uint32Array(images.count);
  const low = new Uint32Array(images.count);
  for (let n = 0; n < images.count; n++) {
    if (n % stride === stride - 1) await breathe(signal);
    const pixels = images.pixels.subarray(n * size, (n + 1) * size);
    high[n] = hash(pixels, images.labels[n]!, 0x9e3779b9);
    low[n] = hash(pixels, images.labels[n]!, 0x85ebca6b);
  }
  const order = Uint32Array.from({ length: images.count }, (_, n) => n);
  const sorted = order.sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]!);
  return select(images, sorted.subarray(0, cap));
}

/** FNV-1a over bytes (Fowler, Noll, Vo), with the last mixing of MurmurHash3, without which alike images stay close. */
function hash(bytes: Uint8Array, label: number, seed: number): number {
  let h = (seed ^ label) | 0;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
