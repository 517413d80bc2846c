/** PNG and JPEG to RGB planes. */
import { convertIndexedToRgb, decode as decodePngFile } from "fast-png";
import jpeg from "jpeg-js";
import { type ImageSize, isPng, MAX_IMAGE_PIXELS, readImageSize } from "./image_header.ts";
import { pictureChunks } from "./png_chunks.ts";

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** [3, height, width]. Grey is repeated; transparency is dropped, as Pillow's convert("RGB") does. */
  readonly planes: Uint8Array;
}

/** Decodes an image, whatever its file is called. Raises an Error that says what is wrong. */
export function decodeImage(bytes: Uint8Array): DecodedImage {
  const size = readImageSize(bytes); // refuses what is too large to decode
  return isPng(bytes) ? decodePng(bytes) : decodeJpeg(bytes, size);
}

/** What a decoder gives; its errors, some of them its own mistakes over damaged data, become sentences. */
function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    const why = cause instanceof Error && cause.constructor === Error ? ` (${cause.message})` : "";
    throw new Error(`its data are damaged${why}`, { cause });
  }
}

/** A block of 64 pixels takes a bit at least, and no common subsampling has fewer than one for two of these. */
const MOST_PIXELS_PER_BYTE = 1024;
/** Progressive files have about ten; each may go over the whole image for a few bytes. */
const MAX_SCANS = 100;

/** Refuses files that would take time or memory out of all proportion to what they hold. */
function checkProportion(bytes: Uint8Array, { width, height }: ImageSize): void {
  if (width * height > MOST_PIXELS_PER_BYTE * bytes.length) {
    throw new Error(`its header says ${width}×${height} pixels, more than ${bytes.length} bytes can hold`);
  }
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) scans++;
  }
  if (scans > MAX_SCANS) throw new Error(`it has ${scans} scans, more than ${MAX_SCANS}`);
}

function decodeJpeg(bytes: Uint8Array, size: ImageSize): DecodedImage {
  checkProportion(bytes, size);
  // The decoder reads zeros past the end of a cut file; a whole one has the end-of-image marker.
  let end = bytes.length - 2;
  while (end > 0 && !(bytes[end] === 0xff && bytes[end + 1] === 0xd9)) end--;
  if (end <= 0) throw new Error("it is truncated");
  const options = {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_IMAGE_PIXELS / 1e6,
  } as const;
  const { width, height, data } = decoded(() => jpeg.decode(bytes, options));
  if (width !== size.width || height !== size.height) throw new Error("its headers say different sizes");
  return { width, height, planes: toPlanes(data, width * height, 3) };
}

function decodePng(bytes: Uint8Array): DecodedImage {
  const chunks = pictureChunks(bytes);
  const png = decoded(() => decodePngFile(chunks, { checkCrc: true }));
  const { width, height, depth, channels, palette } = png;
  const pixels = width * height;
  if (palette !== undefined) {
    return { width, height, planes: toPlanes(decoded(() => convertIndexedToRgb(png)), pixels, 3) };
  }
  const data = depth === 16 ? Uint8Array.from(png.data, (v) => v >> 8) : new Uint8Array(png.data);
  return {
    width,
    height,
    planes: toPlanes(depth < 8 ? unpack(data, width, height, depth) : data, pixels, channels),
  };
}

/** Grey of 1, 2 or 4 bits, packed from the high bits of each row's bytes, as bytes. */
function unpack(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const pitch = Math.ceil(width * depth / 8);
  const largest = (1 << depth) - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * pitch + (bit >> 3)]!;
    return ((byte >> (8 - depth - (bit & 7))) & largest) * 255 / largest;
  });
}

/** Interleaved pixels of 1 (grey), 2 (grey, alpha), 3 or 4 (RGB, alpha) channels as three planes. */
function toPlanes(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  if (data.length < pixels * channels) throw new Error("it holds fewer pixels than its header says");
  const planes = new Uint8Array(3 * pixels);
  const colours = channels >= 3 ? 1 : 0; // step from red to green to blue
  for (let i = 0, at = 0; i < pixels; i++, at += channels) {
    planes[i] = data[at]!;
    planes[pixels + i] = data[at + colours]!;
    planes[2 * pixels + i] = data[at + 2 * colours]!;
  }
  return planes;
}
