/** Measuring and decoding many image files in workers. */
import { type Images, type OpenOptions, pixelsOf, type Size } from "./dataset.ts";
import type { ImageFile } from "./image_listing.ts";
import type { ImageResult, ImageTask } from "./image_worker.ts";
import { select } from "./splits.ts";
import { runInWorkers, workerCount } from "./workers.ts";

const worker = new URL(import.meta.resolve("./image_worker.ts"));

/** Bytes of decoded images a task should make: few enough to wait for, enough to pay its message. */
const taskBytes = 1 << 20;

/** Images a task: few enough for every worker to have several tasks, and for progress to be told. */
const perTaskOf = (files: number, bytes: number): number =>
  Math.max(1, Math.min(64, Math.floor(taskBytes / bytes), Math.ceil(files / (8 * workerCount()))));

/** A file left out. */
export interface Failure {
  readonly path: string;
  /** Why it cannot be read, in words. */
  readonly why: string;
}

export interface Measured {
  /** "HEIGHT×WIDTH" of each file, empty where it cannot be read. */
  readonly sizes: readonly string[];
  readonly failures: readonly Failure[];
}

/** Reads the sizes of images. */
export async function measureSizes(files: readonly ImageFile[], signal?: AbortSignal): Promise<Measured> {
  const chunks = chunked(files, 256);
  const results: ImageResult[] = [];
  await runInWorkers<ImageTask, ImageResult>(worker, chunks.map(paths), (index, result) => {
    results[index] = result;
  }, signal);
  return {
    sizes: results.flatMap(({ sizes }) => sizes),
    failures: results.flatMap(({ failures }, index) =>
      failures.map(([n, why]) => ({ path: chunks[index]![n]!.path, why }))
    ),
  };
}

/** Whether one of the files left out before can be decoded now. */
export async function someCanBeRead(failures: readonly Failure[], signal?: AbortSignal): Promise<boolean> {
  const tasks = chunked(failures, 16).map((chunk) => ({ ...paths(chunk), to: { height: 1, width: 1 } }));
  let some = false;
  await runInWorkers<ImageTask, ImageResult>(worker, tasks, (index, result) => {
    some ||= result.failures.length < tasks[index]!.files.length;
  }, signal);
  return some;
}

/** Milliseconds between two lines on how far the decoding is. */
const betweenLines = 1000;

export interface DecodedSplit {
  /** RGB. */
  readonly images: Images;
  readonly coloured: boolean;
  readonly failures: readonly Failure[];
}

/** Decodes the files of a split to a size. Files that cannot be decoded are left out and named. */
export async function decodeSplit(
  name: string,
  files: readonly ImageFile[],
  { height, width }: Size,
  { resizing, log, signal }: OpenOptions,
): Promise<DecodedSplit> {
  const image = 3 * height * width;
  const pixels = pixelsOf(files.length, { channels: 3, height, width });
  const perTask = perTaskOf(files.length, image);
  const tasks = chunked(files, perTask).map((chunk) => ({
    ...paths(chunk),
    to: { height, width },
    resizing,
  }));
  const failed = new Map<number, string>();
  let coloured = false;
  let done = 0;
  let said = -Infinity;
  await runInWorkers<ImageTask, ImageResult>(worker, tasks, (index, result) => {
    const first = index * perTask;
    pixels.set(result.pixels, first * image);
    for (const [n, why] of result.failures) failed.set(first + n, why);
    coloured ||= result.coloured;
    done += tasks[index]!.files.length;
    if (done < files.length && performance.now() - said < betweenLines) return;
    said = performance.now();
    log(`decoded ${done} of ${files.length} images of ${name}`);
  }, signal);
  const images: Images = {
    name,
    pixels,
    labels: labelsOf(files),
    count: files.length,
    channels: 3,
    height,
    width,
  };
  const failures = [...failed].sort(([a], [b]) => a - b).map(([n, why]) => ({ path: files[n]!.path, why }));
  if (failures.length === 0) return { images, coloured, failures };
  const good = Uint32Array.from(files.keys()).filter((n) => !failed.has(n));
  return { images: select(images, good), coloured, failures };
}

function labelsOf(files: readonly ImageFile[]): Uint8Array | Uint16Array {
  const labels = files.map((file) => file.label);
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

const paths = (files: readonly { readonly path: string }[]): ImageTask => ({
  files: files.map((file) => file.path),
});

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}
