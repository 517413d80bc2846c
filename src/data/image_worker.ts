/** Worker: measures or decodes a chunk of image files. */
/// <reference lib="deno.worker" />
import { checkFinite } from "../io/read.ts";
import { decodeImage } from "./decode_image.ts";
import { readImageSize } from "./image_header.ts";
import { makeResizer, type Resizer } from "./resize.ts";

/** Bytes read to find the size of an image: JPEG may hold a thumbnail and a colour profile first. */
const HEADER_BYTES = 1 << 17;

export interface ImageTask {
  readonly files: readonly string[];
  /** Side of the decoded images; without it they are only measured. */
  readonly size?: number;
}

export interface ImageResult {
  /** Measured: "HEIGHT×WIDTH" of each file, empty where it could not be read. */
  readonly sizes: readonly string[];
  /** Decoded: [files, 3, size, size]; zeros where a file failed. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Whether any pixel is other than grey. */
  readonly coloured: boolean;
  /** Index in `files` and reason of each file that could not be decoded. */
  readonly failures: readonly (readonly [number, string])[];
}

function measure(files: readonly string[]): ImageResult {
  const sizes = files.map((path) => {
    try {
      checkFinite(path);
      using file = Deno.openSync(path);
      const bytes = new Uint8Array(Math.min(HEADER_BYTES, file.statSync().size));
      const { width, height } = readImageSize(bytes.subarray(0, file.readSync(bytes) ?? 0));
      return `${height}×${width}`;
    } catch {
      return ""; // decoding will say why
    }
  });
  return { sizes, pixels: new Uint8Array(), coloured: false, failures: [] };
}

function decode(files: readonly string[], size: number): ImageResult {
  const pixels = new Uint8Array(files.length * 3 * size * size);
  const failures: [number, string][] = [];
  const resizers = new Map<string, Resizer>();
  let coloured = false;
  files.forEach((path, n) => {
    try {
      checkFinite(path);
      const { width, height, planes } = decodeImage(Deno.readFileSync(path));
      const key = `${height}×${width}`;
      let resize = resizers.get(key);
      if (resize === undefined) resizers.set(key, resize = makeResizer(height, width, size, size));
      for (let c = 0; c < 3; c++) {
        const start = (n * 3 + c) * size * size;
        const source = planes.subarray(c * height * width, (c + 1) * height * width);
        resize(source, pixels.subarray(start, start + size * size));
      }
      coloured ||= hasColour(pixels.subarray(n * 3 * size * size, (n + 1) * 3 * size * size));
    } catch (cause) {
      failures.push([n, cause instanceof Error ? cause.message : String(cause)]);
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

self.onmessage = ({ data }: MessageEvent<ImageTask>) => {
  const result = data.size === undefined ? measure(data.files) : decode(data.files, data.size);
  self.postMessage(result, [result.pixels.buffer]);
};
