/**
 * The IDX format of MNIST and its relatives (format description: http://yann.lecun.com/exdb/mnist/): two zero
 * bytes, a type byte, the number of dimensions, each dimension as a big-endian u32, then the values row-major.
 * Files may be gzipped. Only unsigned bytes are read, the type of every published image set.
 */
import { constants, gunzipSync } from "node:zlib";
import { dataError } from "../errors.ts";
import { readData } from "../io/read.ts";
import { maxPixelBytes } from "./dataset.ts";

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const typeNames: Record<number, string> = {
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "floats",
  0x0e: "doubles",
};

/** Reads an IDX file, plain or gzipped, of `rank` dimensions. Throws a data error that names the file. */
export const readIdx = (path: string, rank: number): IdxArray => parseIdx(readData(path), rank, path);

/** Parses the bytes of an IDX file, plain or gzipped; `file` is its name in messages. */
export function parseIdx(bytes: Uint8Array, rank: number, file: string): IdxArray {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const headerLength = 4 + 4 * rank;
  const header = zipped ? gunzipPrefix(bytes, headerLength, file) : bytes.subarray(0, headerLength);
  const shape = parseHeader(header, rank, file);
  // The size the header claims is checked before anything of that size is made.
  const claimed = shape.reduce((a, b) => a * b, 1);
  if (claimed > maxPixelBytes) {
    throw dataError(
      `${file} claims [${shape}] values, more than the ${maxPixelBytes} bytes that can be read.`,
    );
  }
  const whole = zipped ? gunzipAtMost(bytes, headerLength + claimed, file) : bytes;
  const held = whole.length - headerLength;
  if (held !== claimed) {
    throw dataError(
      `${file} is ${
        held < claimed ? "truncated" : "longer than its header says"
      }: its header claims [${shape}], ` +
        `${claimed} bytes, and ${held < claimed ? held : `${held} or more`} follow.`,
    );
  }
  return { shape, data: whole.subarray(headerLength) };
}

function parseHeader(header: Uint8Array, rank: number, file: string): number[] {
  if (header.length === 0) throw dataError(`${file} is empty; expected an IDX file.`);
  if (header.length < 4 || header[0] !== 0 || header[1] !== 0) {
    const magic = [...header.subarray(0, 4)].map((b) => b.toString(16).padStart(2, "0")).join(" ");
    throw dataError(`${file} is not an IDX file: it begins with ${magic}, not with 00 00 08 0${rank}.`);
  }
  const [, , type, dimensions] = header;
  if (type !== 0x08) {
    const found = typeNames[type!] ?? `unknown type 0x${type!.toString(16)}`;
    throw dataError(`${file} holds ${found}; IDX images and labels must be unsigned bytes (type 0x08).`);
  }
  if (dimensions !== rank) {
    throw dataError(
      `${file} has ${dimensions} dimensions where ${
        rank === 3 ? "images have 3 (count, rows, columns)" : "labels have 1"
      }.`,
    );
  }
  if (header.length < 4 + 4 * rank) throw dataError(`${file} is truncated inside its header.`);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  if (shape.includes(0)) throw dataError(`${file} holds no values: its header claims [${shape}].`);
  return shape;
}

/** The first bytes of a gzipped file. A flush instead of an end lets zlib return what a part of the file gives. */
function gunzipPrefix(bytes: Uint8Array, length: number, file: string): Uint8Array {
  try {
    const part = gunzipSync(bytes.subarray(0, 1024), { finishFlush: constants.Z_SYNC_FLUSH });
    return new Uint8Array(part).subarray(0, length);
  } catch (cause) {
    throw dataError(`${file} is not a valid gzip file: ${(cause as Error).message}.`, { cause });
  }
}

/** Unzips a file of `expected` bytes, and never more than one byte beyond: enough to see that there are more. */
function gunzipAtMost(bytes: Uint8Array, expected: number, file: string): Uint8Array {
  try {
    const whole = gunzipSync(bytes, { maxOutputLength: expected + 1 });
    return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const what = code === "ERR_BUFFER_TOO_LARGE"
      ? "is longer than its header says"
      : `is a truncated or damaged gzip file (${(cause as Error).message})`;
    throw dataError(`${file} ${what}; fetch it again.`, { cause });
  }
}
