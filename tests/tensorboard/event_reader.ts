/**
 * Reads event files as TensorBoard does, and shares no code with what writes them: records, checksums and protocol
 * buffers are taken apart here by hand.
 */

/** CRC-32C, by long division. */
function crc32c(bytes: Uint8Array): bigint {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const odd = (crc ^ (byte >>> bit)) & 1;
      crc = (crc >>> 1) ^ (odd ? 0x82f63b78 : 0);
    }
  }
  return BigInt(~crc >>> 0);
}

const masked = (bytes: Uint8Array): bigint => {
  const crc = crc32c(bytes);
  return (((crc >> 15n) | (crc << 17n) & 0xffffffffn) + 0xa282ead8n) & 0xffffffffn;
};

/** A little-endian number. */
const little = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** The data of all records. Throws at the first that is not whole. */
export function recordsIn(file: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const take = (length: number): Uint8Array => {
      if (at + length > file.length) throw new Error(`the file ends in record ${records.length}`);
      return file.subarray(at, at += length);
    };
    const check = (bytes: Uint8Array): Uint8Array => {
      if (little(take(4)) !== masked(bytes)) throw new Error(`a wrong checksum in record ${records.length}`);
      return bytes;
    };
    records.push(check(take(Number(little(check(take(8)))))));
  }
  return records;
}

/** The fields of a message, by number: varints as numbers, all others as bytes. */
function fieldsOf(message: Uint8Array): [field: number, value: bigint | Uint8Array][] {
  const fields: [number, bigint | Uint8Array][] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = message[at++]!;
      value += BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const kind = key % 8;
    if (kind === 0) fields.push([key >> 3, varint()]);
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : kind === 2 ? Number(varint()) : NaN;
      if (!(at + length <= message.length)) throw new Error(`no message: ${message}`);
      fields.push([key >> 3, message.subarray(at, at += length)]);
    }
  }
  return fields;
}

const bytesOf = (value: bigint | Uint8Array | undefined): Uint8Array => {
  if (!(value instanceof Uint8Array)) throw new Error(`no bytes: ${value}`);
  return value;
};
const textOf = (value: bigint | Uint8Array | undefined): string => new TextDecoder().decode(bytesOf(value));
const viewOf = (value: bigint | Uint8Array | undefined): DataView => {
  const bytes = bytesOf(value);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
};

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 4 for red, green, blue and opacity. */
  readonly colours: number;
  readonly png: Uint8Array;
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version?: string;
  /** Whether all steps from this one on count no more. */
  readonly restart: boolean;
  readonly values: readonly { readonly tag: string; readonly value: number | Picture }[];
}

function eventOf(message: Uint8Array): ReadEvent {
  const event = new Map(fieldsOf(message));
  const session = event.has(7) ? new Map(fieldsOf(bytesOf(event.get(7)))) : undefined;
  const values = event.has(5) ? fieldsOf(bytesOf(event.get(5))) : [];
  return {
    wallTime: viewOf(event.get(1)).getFloat64(0, true),
    step: Number(event.get(2) ?? 0n),
    ...event.has(3) && { version: textOf(event.get(3)) },
    restart: session?.get(1) === 1n,
    values: values.map(([, bytes]) => {
      const value = new Map(fieldsOf(bytesOf(bytes)));
      const tag = textOf(value.get(1));
      if (value.has(2)) return { tag, value: viewOf(value.get(2)).getFloat32(0, true) };
      const image = new Map(fieldsOf(bytesOf(value.get(4))));
      const [height, width, colours] = [1, 2, 3].map((field) => Number(image.get(field)));
      return {
        tag,
        value: { width: width!, height: height!, colours: colours!, png: bytesOf(image.get(4)) },
      };
    }),
  };
}

/** The events of a file. */
export const eventsIn = (path: string): ReadEvent[] => recordsIn(Deno.readFileSync(path)).map(eventOf);

/** What charts show of a file, by tag and step. Throws where a step is doubled. */
export function shown(path: string): Map<string, Map<number, number | Picture>> {
  const [first, ...events] = eventsIn(path);
  if (first?.version !== "brain.Event:2") throw new Error(`${path} begins with ${JSON.stringify(first)}`);
  const tags = new Map<string, Map<number, number | Picture>>();
  for (const { step, restart, values } of events) {
    if (restart) {
      for (const steps of tags.values()) {
        for (const other of steps.keys()) if (other >= step) steps.delete(other);
      }
    }
    for (const { tag, value } of values) {
      const steps = tags.get(tag) ?? new Map<number, number | Picture>();
      if (steps.has(step)) throw new Error(`${path}: ${tag} has step ${step} twice`);
      tags.set(tag, steps.set(step, value));
    }
  }
  return tags;
}
