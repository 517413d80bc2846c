/** Width and height of a PNG or JPEG from its first bytes, so that a size is known, and checked, before decoding. */
import { whyNotRead } from "./file_kinds.ts";
import { type ImageSize, jpegFrame } from "./jpeg_segments.ts";

/** Pixels above which an image is refused: decoding it would take gigabytes. */
export const maxImagePixels = 64e6;

export const isPng = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** The size of an image, whatever its file is called. Throws an Error that says what is wrong. */
export function readImageSize(bytes: Uint8Array): ImageSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: ImageSize | undefined;
  if (bytes.length === 0) throw new Error("it is empty");
  if (isPng(bytes)) size = pngSize(view);
  else if (isJpeg(bytes)) size = jpegFrame(bytes);
  else throw new Error(whyNotRead(bytes) ?? "it is neither PNG nor JPEG");
  if (size === undefined) throw new Error("its header is damaged or truncated");
  const { width, height } = size;
  if (width === 0 || height === 0) throw new Error(`it has ${width}×${height} pixels`);
  if (width * height > maxImagePixels) {
    throw new Error(`it has ${width}×${height} pixels, more than ${maxImagePixels / 1e6} million`);
  }
  return { width, height };
}

/** The first chunk must be IHDR: length, "IHDR", width, height. */
function pngSize(view: DataView): ImageSize | undefined {
  if (view.byteLength >= 24 && view.getUint32(12) === 0x43674249) {
    throw new Error("it is PNG in Apple's own form (CgBI), which is not read; convert it to PNG");
  }
  if (view.byteLength < 24 || view.getUint32(12) !== 0x49484452) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
