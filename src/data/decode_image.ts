/** PNG and JPEG to RGB planes. */
import { convertIndexedToRgb, decode as decodePngFile } from "fast-png";
import jpeg from "jpeg-js";
import { isPng, maxImagePixels, readImageSize } from "./image_header.ts";
import { jpegFrame, jpegPicture } from "./jpeg_segments.ts";
import { pictureChunks } from "./png_chunks.ts";

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /**
   * [3, height, width]. Grey is repeated; transparency is dropped, as Pillow's convert("RGB") does; inks become light.
   */
  readonly planes: Uint8Array;
}

/** Decodes an image, whatever its file is called. Throws an Error that says what is wrong. */
export function decodeImage(bytes: Uint8Array): DecodedImage {
  readImageSize(bytes); // refuses what is too large to decode
  return isPng(bytes) ? decodePng(bytes) : decodeJpeg(bytes);
}

/** What a decoder gives; its errors, some of them its own mistakes over damaged data, become sentences. */
function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    const why = cause instanceof Error && cause.constructor === Error ? ` (${cause.message})` : "";
    if (why.includes("maxMemoryUsageInMB")) {
      throw new Error(`decoding it takes more than ${maxDecoderMb} MB`);
    }
    throw new Error(`its data are damaged${why}`, { cause });
  }
}

/** A block of 64 pixels takes a bit at least, and no common subsampling has fewer than one for two of these. */
const mostPixelsPerByte = 1024;
/** Megabytes that a decoder may use for one image; several are decoded at a time. */
const maxDecoderMb = 512;

function decodeJpeg(file: Uint8Array): DecodedImage {
  const frame = jpegFrame(file)!;
  const { width, height } = frame;
  const { bytes, differences } = jpegPicture(file, frame);
  if (width * height > mostPixelsPerByte * bytes.length) {
    throw new Error(`its header says ${width}×${height} pixels, more than ${bytes.length} bytes can hold`);
  }
  const options = {
    useTArray: true,
    formatAsRGBA: false,
    // The decoder goes on for a whole restart interval where the last one of a grey picture is shorter.
    tolerantDecoding: true,
    colorTransform: differences,
    maxResolutionInMP: maxImagePixels / 1e6,
    maxMemoryUsageInMB: maxDecoderMb,
  } as const;
  const { data } = decoded(() => jpeg.decode(bytes, options));
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
