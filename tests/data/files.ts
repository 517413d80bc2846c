/** What the tests of data need: a folder that goes away, small data files, and the check of an error. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "deno-std/assert";
import { gzipSync } from "node:zlib";
import type { Images, OpenOptions } from "../../src/data/dataset.ts";
import { UserError } from "../../src/errors.ts";

/** Runs `use` with the path of an empty folder and removes it afterwards. */
export async function inFolder(use: (folder: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Options that never touch the network. The cache lies in `folder`. */
export const offline = (folder: string, lines: string[] = []): OpenOptions => ({
  cacheDir: `${folder}/cache`,
  download: false,
  log: (line) => lines.push(line),
});

function checkDataError(error: UserError, includes: readonly string[]): void {
  assertEquals(error.exitCode, 4, error.message);
  for (const part of includes) assertStringIncludes(error.message, part);
}

/** The call must throw a data error whose message has all the parts. */
export function assertDataError(call: () => unknown, ...includes: string[]): void {
  checkDataError(assertThrows(call, UserError), includes);
}

export async function assertDataRejects(call: () => Promise<unknown>, ...includes: string[]): Promise<void> {
  checkDataError(await assertRejects(call, UserError), includes);
}

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

export const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

/** 0, 1, 2 … modulo 251, a period that no image size shares. */
export const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);

/** Writes the four IDX files of 4×4 images with those labels. */
export function writeIdxFolder(folder: string, train: readonly number[], test: readonly number[]): void {
  for (const [split, labels] of [["train", train], ["t10k", test]] as const) {
    Deno.writeFileSync(
      `${folder}/${split}-images-idx3-ubyte`,
      idxBytes([labels.length, 4, 4], ramp(labels.length * 16)),
    );
    Deno.writeFileSync(`${folder}/${split}-labels-idx1-ubyte.gz`, gzip(idxBytes([labels.length], labels)));
  }
}

/** Grey 2×2 images whose pixels are all the image's index, with those labels. */
export const indexedImages = (labels: readonly number[]): Images => ({
  name: "images",
  pixels: Uint8Array.from({ length: labels.length * 4 }, (_, i) => i >> 2),
  labels: Uint8Array.from(labels),
  count: labels.length,
  channels: 1,
  height: 2,
  width: 2,
});
