/** One file of CIFAR: images as 3072 bytes each (1024 red, 1024 green, 1024 blue, row-major) and their labels. */
import { dataError } from "../errors.ts";
import type { CifarLayout } from "./cifar_layouts.ts";
import { parsePickle } from "./pickle.ts";
import { ByteArray, Dict } from "./pickle_values.ts";

/** Bytes of an image. */
export const cifarImageBytes = 3 * 32 * 32;

export interface CifarBatch {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Reads the bytes of a file of that layout. Throws a data error that names `file`. */
export function readCifarBatch(bytes: Uint8Array, { set, format }: CifarLayout, file: string): CifarBatch {
  if (bytes.length === 0) throw dataError(`${file} is empty.`);
  const batch = format === "binary"
    ? readBinary(bytes, set.labelBytes, file)
    : readPython(bytes, set.labelKey, file);
  const bad = batch.labels.findIndex((label) => label >= set.classes.length);
  if (bad >= 0) {
    throw dataError(
      `Label ${batch.labels[bad]} of image ${bad} in ${file} is out of range; ${set.name} has labels 0 to ` +
        `${set.classes.length - 1}.`,
    );
  }
  return batch;
}

function readBinary(bytes: Uint8Array, labelBytes: number, file: string): CifarBatch {
  const record = labelBytes + cifarImageBytes;
  const count = bytes.length / record;
  if (!Number.isInteger(count)) {
    throw dataError(
      `${file} is truncated or not a CIFAR file: its ${bytes.length} bytes are not a whole number of records ` +
        `of ${record}.`,
    );
  }
  const pixels = new Uint8Array(count * cifarImageBytes);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const image = n * record + labelBytes;
    labels[n] = bytes[image - 1]!;
    pixels.set(bytes.subarray(image, image + cifarImageBytes), n * cifarImageBytes);
  }
  return { pixels, labels };
}

function readPython(bytes: Uint8Array, labelKey: string, file: string): CifarBatch {
  const dict = parsePickle(bytes, file);
  if (!(dict instanceof Dict)) throw dataError(`${file} holds no dict, as a CIFAR file does.`);
  const data = dict.get("data");
  const labels = dict.get(labelKey);
  if (!(data instanceof ByteArray) || data.shape.length !== 2 || data.shape[1] !== cifarImageBytes) {
    throw dataError(`${file} has no array "data" of [images, ${cifarImageBytes}] bytes.`);
  }
  const whole = (x: unknown): x is number =>
    typeof x === "number" && Number.isInteger(x) && x >= 0 && x < 256;
  if (!Array.isArray(labels) || !labels.every(whole)) {
    throw dataError(`${file} has no list "${labelKey}" of labels from 0 to 255.`);
  }
  if (labels.length !== data.shape[0]) {
    throw dataError(`${file} holds ${data.shape[0]} images and ${labels.length} labels.`);
  }
  return { pixels: data.data, labels: Uint8Array.from(labels) };
}
