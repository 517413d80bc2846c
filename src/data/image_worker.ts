/** Worker: measures or decodes a chunk of image files. */
import { checkFinite, readReason } from "../io/read.ts";
import { readUpTo } from "../io/stream.ts";
import { decodeImage } from "./decode_image.ts";
import { readImageSize } from "./image_header.ts";
import type { ImageSize } from "./jpeg_segments.ts";
import { makeResizer, type Resizer } from "./resize.ts";
import type { Resizing } from "./resizings.ts";

/** Bytes that hold the size of nearly every image. */
const headerBytes = 1 << 17;
/** No file of an image of a size that is read is longer, if it is sound. */
const maxFileBytes = 2 ** 29;

/** What the worker is given. */
export interface ImageTask {
  readonly files: readonly string[];
  /** Size of the decoded images; without it they are only measured. */
  readonly to?: ImageSize;
  /** The filter that resizes them; bilinear when left out. */
  readonly resizing?: Resizing | undefined;
}

/** What it answers. */
export interface ImageResult {
  /** Measured: "HEIGHT×WIDTH" of each file, empty where it could not be read. */
  readonly sizes: readonly string[];
  /** Decoded: [files, 3, height, width]; zeros where a file failed. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Whether any pixel is other than grey. */
  readonly coloured: boolean;
  /** Index in `files` and reason of each file that could not be read. */
  readonly failures: readonly (readonly [number, string])[];
}

/** The first bytes of an image file, all of them by default. */
function readImage(path: string, most = maxFileBytes): Uint8Array {
  checkFinite(path);
  using file = Deno.openSync(path);
  if (file.statSync().size > maxFileBytes) {
    throw new Error(`it has more than ${maxFileBytes / 2 ** 20} MB`);
  }
  return readUpTo((bytes) => file.readSync(bytes), most);
}

/** The size of an image from its first bytes; from all of them where a profile or a thumbnail comes first. */
function sizeOf(path: string): ImageSize {
  const head = readImage(path, headerBytes);
  try {
    return readImageSize(head);
  } catch (cause) {
    if (head.length < headerBytes) throw cause;
    return readImageSize(readImage(path));
  }
}

function measure(files: readonly string[]): ImageResult {
  const failures: [number, string][] = [];
  const sizes = files.map((path, n) => {
    try {
      const { width, height } = sizeOf(path);
      return `${height}×${width}`;
    } catch (cause) {
      failures.push([n, readReason(cause)]);
      return "";
    }
  });
  return { sizes, pixels: new Uint8Array(), coloured: false, failures };
}

function decode(files: readonly string[], to: ImageSize, resizing?: Resizing): ImageResult {
  const plane = to.height * to.width;
  const pixels = new Uint8Array(files.length * 3 * plane);
  const failures: [number, string][] = [];
  const resizers = new Map<string, Resizer>();
  let coloured = false;
  files.forEach((path, n) => {
    try {
      const { width, height, planes } = decodeImage(readImage(path));
      const key = `${height}×${width}`;
      let resize = resizers.get(key);
      if (resize === undefined) {
        resizers.set(key, resize = makeResizer(height, width, to.height, to.width, resizing));
      }
      for (let c = 0; c < 3; c++) {
        const start = (n * 3 + c) * plane;
        const source = planes.subarray(c * height * width, (c + 1) * height * width);
        resize(source, pixels.subarray(start, start + plane));
      }
      coloured ||= hasColour(pixels.subarray(n * 3 * plane, (n + 1) * 3 * plane));
    } catch (cause) {
      failures.push([n, readReason(cause)]);
    }
  });
  return { sizes: [], pixels, coloured, failures };
}

/** Whether the three planes differ. */
function hasColour(planes: Uint8Array): boolean {
  const n = planes.length / 3;
  for (let i = 0; i < n; i++) {
    if (planes[i] !== planes[n + i] || planes[i] !== planes[2 * n + i]) return true;
  }
  return false;
}

/** The side of a worker on which it stands; Deno's types of it belong to all modules or to none. */
const thread = self as unknown as {
  onmessage(event: MessageEvent<ImageTask>): void;
  postMessage(result: ImageResult, transfer: Transferable[]): void;
};

thread.onmessage = ({ data }) => {
  const result = data.to === undefined ? measure(data.files) : decode(data.files, data.to, data.resizing);
  thread.postMessage(result, [result.pixels.buffer]);
};
