/**
 * TFRecord files (TensorFlow's guide to TFRecord, "format details"): for each record a little-endian u64 length, the
 * masked CRC-32C of those 8 bytes, the data, and the masked CRC-32C of the data.
 */
import { dataError, type UserError } from "../errors.ts";
import { crc32c } from "./crc32c.ts";
import { readError } from "./read.ts";

const chunkBytes = 1 << 20;
const headerBytes = 12;
const checksumBytes = 4;
/** A longer record is no part of any table read here; the bound keeps a damaged length from asking for memory. */
const maxRecordBytes = 1 << 24;

/** TensorFlow's mask: a file that holds checksums can then itself be checksummed. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * The records of a file in order, read as a stream: files of gigabytes take one chunk of memory. Each is a view that
 * holds until the next is asked for. Throws a data error that names file, record and byte where the file is missing,
 * truncated or damaged.
 */
export async function* readTfrecords(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path).catch((cause) => {
    throw readError(path, cause);
  });
  let buffer = new Uint8Array(chunkBytes);
  let begin = 0;
  let end = 0;
  let offset = 0;
  /** Reads on until `length` bytes lie from `begin` on, or the file ends; whether they do. */
  const fill = async (length: number): Promise<boolean> => {
    const whole = buffer.length >= length ? buffer : new Uint8Array(length);
    whole.set(buffer.subarray(begin, end));
    [buffer, begin, end] = [whole, 0, end - begin];
    while (end < length) {
      const count = await file.read(buffer.subarray(end)).catch((cause) => {
        throw readError(path, cause);
      });
      if (count === null) return false;
      end += count;
    }
    return true;
  };

  for (let record = 1;; record++) {
    if (end - begin < headerBytes && !(await fill(headerBytes))) {
      if (end === begin) return;
      throw damaged(path, record, offset, "the file ends inside its length");
    }
    const header = new DataView(buffer.buffer, begin, headerBytes);
    if (header.getUint32(8, true) !== maskedCrc32c(buffer.subarray(begin, begin + 8))) {
      throw damaged(path, record, offset, "the checksum of its length is wrong");
    }
    const length = Number(header.getBigUint64(0, true));
    if (length > maxRecordBytes) throw damaged(path, record, offset, `it claims ${length} bytes`);
    const size = headerBytes + length + checksumBytes;
    if (end - begin < size && !(await fill(size))) {
      throw damaged(path, record, offset, `the file ends after ${end - begin} of its ${size} bytes`);
    }
    const data = buffer.subarray(begin + headerBytes, begin + headerBytes + length);
    const checksum = new DataView(buffer.buffer, begin + headerBytes + length, checksumBytes);
    if (checksum.getUint32(0, true) !== maskedCrc32c(data)) {
      throw damaged(path, record, offset, "the checksum of its data is wrong");
    }
    yield data;
    begin += size;
    offset += size;
  }
}

const damaged = (path: string, record: number, offset: number, what: string): UserError =>
  dataError(
    `${path} is damaged or not a TFRecord file: record ${record}, at byte ${offset}: ${what}; fetch it again.`,
  );

/** A record as it stands in a file. */
export function tfrecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(headerBytes + data.length + checksumBytes);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, headerBytes);
  view.setUint32(headerBytes + data.length, maskedCrc32c(data), true);
  return record;
}

/** The data of a record that {@link tfrecord} made, or undefined where these bytes are none. */
export function tfrecordData(record: Uint8Array): Uint8Array | undefined {
  const data = record.subarray(headerBytes, -checksumBytes);
  if (record.length !== headerBytes + data.length + checksumBytes) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const whole = view.getBigUint64(0, true) === BigInt(data.length) &&
    view.getUint32(8, true) === maskedCrc32c(record.subarray(0, 8)) &&
    view.getUint32(headerBytes + data.length, true) === maskedCrc32c(data);
  return whole ? data : undefined;
}

/** A file as its records; from the first that is damaged or cut off on, the rest is one piece. */
export function splitTfrecords(file: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const rest = file.subarray(at);
    const length = rest.length < headerBytes
      ? rest.length
      : Number(new DataView(rest.buffer, rest.byteOffset).getBigUint64(0, true));
    const record = rest.subarray(0, headerBytes + length + checksumBytes);
    const piece = tfrecordData(record) === undefined ? rest : record;
    records.push(piece);
    at += piece.length;
  }
  return records;
}
