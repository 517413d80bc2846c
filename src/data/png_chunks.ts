/**
 * The chunks of a PNG that make its picture, checked before a decoder sees them (PNG specification, sections 5 and 11).
 */
import { inflateSync } from "node:zlib";
import { concatBytes } from "../io/bytes.ts";

const signatureBytes = 8;
/** A palette has at most 256 colours. */
const maxPaletteBytes = 768;
/** Bytes beyond the picture's own that some writers leave at the end of its data. */
const slack = 1 << 16;

/** The colour type of a picture by a palette. */
const paletteType = 3;

/** Samples a pixel by colour type: grey, RGB, palette, grey and alpha, RGB and alpha. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Pictures that a file holds one after the other: offset and step of columns, then of rows. */
const whole = [[0, 1, 0, 1]] as const;
const adam7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;

/** The last chunk, for a decoder that asks for it: empty, with its checksum. */
const endChunk = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

/** A chunk after its signature: name, content, and whether the file holds all of it. */
interface Chunk {
  readonly name: string;
  readonly content: Uint8Array;
  /** With length, name and checksum. */
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

/** The chunks up to the end of the picture or of the file, whose last may be cut. */
function* chunksOf(png: Uint8Array, view: DataView): Generator<Chunk> {
  for (let at = signatureBytes; at + 8 <= png.length;) {
    const end = at + 12 + view.getUint32(at);
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (name === "IEND") return;
    yield {
      name,
      content: png.subarray(at + 8, end - 4),
      bytes: png.subarray(at, end),
      cut: end > png.length,
    };
    at = end;
  }
}

/**
 * A PNG with one header, at most one palette, and its data alone. What else a file holds (text, colour profiles, a
 * second header) is not needed, and may ask a decoder for any amount of memory; neither is its last chunk, which says
 * only that nothing follows. Throws an Error that says what is wrong, also where the data unpack to more, or less, than
 * the picture.
 */
export function pictureChunks(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [png.subarray(0, signatureBytes)];
  const data: Uint8Array[] = [];
  const seen = new Set<string>();
  for (const { name, content, bytes, cut } of chunksOf(png, view)) {
    if (!["IHDR", "PLTE", "IDAT"].includes(name)) continue;
    // Of true colours a palette is only a suggestion, for screens of few colours.
    if (name === "PLTE" && view.getUint8(25) !== paletteType) continue;
    if (cut) throw new Error("it is truncated");
    if (name === "IDAT") data.push(content);
    else if (seen.has(name)) throw new Error(`it has more than one ${name} chunk`);
    if (name === "PLTE" && content.length > maxPaletteBytes) {
      throw new Error("its palette has more than 256 colours");
    }
    seen.add(name);
    kept.push(bytes);
  }
  if (data.length === 0) throw new Error("it is truncated");
  checkData(view, concatBytes(data));
  return concatBytes([...kept, endChunk]);
}

/** The data must unpack to the rows of the picture, each with a byte before it. */
function checkData(header: DataView, data: Uint8Array): void {
  const [width, height, depth] = [header.getUint32(16), header.getUint32(20), header.getUint8(24)];
  const bits = depth * (samples[header.getUint8(25)] ?? 0);
  const interlaced = header.getUint8(28) !== 0;
  if (interlaced && depth < 8) {
    throw new Error("it is interlaced with fewer than 8 bits a sample, which is not read");
  }
  const wanted = (interlaced ? adam7 : whole).reduce((sum, [left, across, top, down]) => {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil(columns * bits / 8)) : sum;
  }, 0);
  if (inflatedLength(data, wanted + slack) < wanted) {
    throw new Error("it holds fewer pixels than its header says");
  }
}

/** Bytes that zlib data unpack to. Throws an Error for more than `most`, before more than that is made. */
function inflatedLength(data: Uint8Array, most: number): number {
  try {
    return inflateSync(data, { maxOutputLength: most }).length;
  } catch (cause) {
    const tooLong = (cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    const what = tooLong ? "it holds more pixels than its header says" : "its data are truncated or damaged";
    throw new Error(what, { cause });
  }
}
