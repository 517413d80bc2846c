/** PNG and JPEG. The decoder raises plain Errors, which the reader of folders puts beside the file's name. */
import { encode } from "fast-png";
import { crc32, deflateSync } from "node:zlib";
import { decodeImage } from "../../src/data/decode_image.ts";
import { dataError } from "../../src/errors.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { jpg, png } from "../data/image_files.ts";
import { fuzz, refuses, survives } from "./fuzz.ts";

function read(bytes: Uint8Array): void {
  try {
    decodeImage(bytes);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.constructor !== Error) throw cause;
    throw dataError(`image (${cause.message})`);
  }
}
const rejects = (what: string, bytes: Uint8Array, ...words: string[]) =>
  refuses(what, "image", () => read(bytes), ...words);

/** The same file with every checksum right, as far as its chunks can be followed. */
function sealed(bytes: Uint8Array): Uint8Array {
  const repaired = bytes.slice();
  const view = new DataView(repaired.buffer);
  for (let at = 8; at + 12 <= repaired.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > repaired.length) break;
    view.setUint32(end, crc32(repaired.subarray(at + 4, end)));
    at = end + 4;
  }
  return repaired;
}

const indexed = encode({
  width: 3,
  height: 2,
  channels: 1,
  data: Uint8Array.of(0, 1, 0, 1, 1, 0),
  palette: [[1, 2, 3], [4, 5, 6]],
});

fuzz("png", {
  samples: [png(5, 3, [1, 2, 3]), indexed],
  words: ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "tEXt", "acTL", "fcTL"],
  seal: sealed,
  names: "image",
  read,
});

/** A chunk whose checksum `sealed` will fill in. */
function chunk(name: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  new TextEncoder().encodeInto(name, bytes.subarray(4));
  bytes.set(body, 8);
  return bytes;
}

/** A PNG of whole chunks from the 13 bytes of its header and its rows, one after the other. */
function assembled(bytes: Uint8Array): Uint8Array {
  const palette = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const [header, rows] = [bytes.subarray(0, 13), bytes.subarray(13)];
  return sealed(concatBytes([
    png(1, 1, [0, 0, 0]).subarray(0, 8),
    chunk("IHDR", header),
    ...(header[9] === 3 ? [chunk("PLTE", palette)] : []),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array()),
  ]));
}
const headerOf = (depth: number, type: number) => [0, 0, 0, 4, 0, 0, 0, 2, depth, type, 0, 0, 0];

fuzz("png: headers and rows in whole chunks", {
  samples: [
    Uint8Array.of(...headerOf(8, 2), ...new Uint8Array(26)),
    Uint8Array.of(...headerOf(16, 6), ...new Uint8Array(66)),
    Uint8Array.of(...headerOf(2, 3), 0, 0x11, 0, 0x44),
    Uint8Array.of(...headerOf(1, 0), 0, 0xf0, 0, 0x50),
  ],
  names: "image",
  read: (bytes) => read(assembled(bytes)),
});

/** Frames, tables, restarts, the file's begin and end, scans, comments. */
const markers = [0xc0, 0xc1, 0xc2, 0xc4, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xe0, 0xfe, 0xff];

fuzz("jpeg", {
  samples: [jpg(9, 5, [200, 40, 30])],
  words: markers.map((marker) => Uint8Array.of(0xff, marker)),
  share: 0.75,
  names: "image",
  read,
});

const pixel = png(1, 1, [1, 2, 3]);
/** A picture with this chunk after its header. */
const withChunk = (name: string, body: Uint8Array, file = pixel): Uint8Array =>
  sealed(concatBytes([file.subarray(0, 33), chunk(name, body), file.subarray(33)]));
/** `pixel` with another size in its header. */
function sized(width: number, height: number): Uint8Array {
  const file = pixel.slice();
  new DataView(file.buffer).setUint32(16, width);
  new DataView(file.buffer).setUint32(20, height);
  return sealed(file);
}
const zeros = new Uint8Array(deflateSync(new Uint8Array(2e7)));

rejects("png: 65535×65535 pixels", sized(65535, 65535), "more than 64 million");
rejects("png: 8000×8000 pixels in 70 bytes", sized(8000, 8000), "fewer pixels");
rejects("png: 20 MB in the data of a pixel", withChunk("IDAT", zeros), "more pixels");
rejects(
  "png: a second header, of 65535×65535 pixels",
  withChunk("IHDR", sized(65535, 65535).subarray(16, 29)),
  "IHDR",
);
rejects("png: a palette of 5,000 colours", withChunk("PLTE", new Uint8Array(15_000), indexed), "256 colours");

const profile = Uint8Array.of(...new TextEncoder().encode("icc\0\0"), ...zeros);
Deno.test("fuzz: png: a colour profile that unpacks to 20 MB is never unpacked", async () => {
  await survives(() => read(withChunk("iCCP", profile)), "image");
});

/** A grey JPEG in progressive scans; the first holds every block, the others end runs of 32,767 empty blocks. */
function progressive(width: number, height: number, scans: number): Uint8Array {
  const word = (value: number) => [value >> 8, value & 255];
  // One code of one bit each: DC difference 0; AC end of a run of 2^14 blocks and 14 more bits.
  const table = (spec: number, value: number) => [0xff, 0xc4, 0, 20, spec, 1, ...Array(15).fill(0), value];
  const runs = Math.ceil(Math.ceil(width / 8) * Math.ceil(height / 8) / 32767);
  const scan = (
    start: number,
    end: number,
    data: readonly number[],
  ) => [0xff, 0xda, 0, 8, 1, 1, 0, start, end, 0, ...data];
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...Array(64).fill(1)],
    ...[0xff, 0xc2, 0, 11, 8, ...word(height), ...word(width), 1, 1, 0x11, 0],
    ...table(0x00, 0),
    ...table(0x10, 0xe0),
    ...scan(0, 0, Array(Math.ceil(width * height / 512)).fill(0)),
    // Bits 0, then fourteen ones; two bytes of 0x7f and stuffed 0xff.
    ...Array.from(
      { length: scans },
      () => scan(1, 63, Array.from({ length: runs }, () => [0x7f, 0x7f]).flat()),
    ).flat(),
    ...[0xff, 0xd9],
  ]);
}
rejects(
  "jpeg: 8000×8000 pixels in 700 bytes",
  (() => {
    const file = jpg(8, 8, [0, 0, 0]);
    const frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
    new DataView(file.buffer).setUint16(frame + 5, 8000);
    new DataView(file.buffer).setUint16(frame + 7, 8000);
    return file;
  })(),
  "more than",
  "bytes can hold",
);
rejects("jpeg: 2,000 scans of the whole image", progressive(2048, 2048, 2000), "scans");
