/** Parts of a split. Ranges are views: no pixel is copied. */
import { dataError } from "../errors.ts";
import type { Dataset, Images } from "./dataset.ts";

/** Images `from` … `to` - 1 under a new name. */
export function slice(images: Images, from: number, to: number, name: string): Images {
  const size = images.channels * images.height * images.width;
  return {
    ...images,
    name,
    count: to - from,
    pixels: images.pixels.subarray(from * size, to * size),
    labels: images.labels.subarray(from, to),
  };
}

/** Images that train the weights, and images that train the alphas. */
export interface SearchImages {
  /** Of the weight steps. */
  readonly weights: Images;
  /** Of the architecture steps. */
  readonly alphas: Images;
}

/**
 * The two halves of the search, by index order and without class balancing, as every DARTS code splits: the
 * first floor(n/2) images train the weights, the rest the alphas.
 */
export function searchHalves(train: Images): SearchImages {
  if (train.count < 2) {
    throw dataError(`${train.name} holds ${train.count} image; the search needs two halves.`);
  }
  const middle = Math.floor(train.count / 2);
  return {
    weights: slice(train, 0, middle, `${train.name}, weight half`),
    alphas: slice(train, middle, train.count, `${train.name}, alpha half`),
  };
}

/** The most images of each split; all where it is undefined. */
export interface Caps {
  readonly train?: number | undefined;
  readonly test?: number | undefined;
}

/** The data set cut to at most the first `train` and `test` images, for short runs. Normalisation stays. */
export function limit(dataset: Dataset, caps: Caps): Dataset {
  const cut = (images: Images, cap: number | undefined) =>
    cap === undefined || cap >= images.count ? images : slice(images, 0, cap, images.name);
  return { ...dataset, train: cut(dataset.train, caps.train), test: cut(dataset.test, caps.test) };
}

/** The images at `indices`, in that order, copied. */
export function select(images: Images, indices: Uint32Array): Images {
  const size = images.channels * images.height * images.width;
  const pixels = new Uint8Array(indices.length * size);
  const labels = new (images.labels instanceof Uint8Array ? Uint8Array : Uint16Array)(indices.length);
  indices.forEach((index, i) => {
    pixels.set(images.pixels.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = images.labels[index]!;
  });
  return { ...images, count: indices.length, pixels, labels };
}
