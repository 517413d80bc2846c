/**
 * The segments of a JPEG: its frame, its colours, and those that make its picture (ITU T.81, section B; libjpeg's
 * rules).
 */
import { concatBytes } from "../io/bytes.ts";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface JpegFrame extends ImageSize {
  /** Of each component its number, and its samples across and down a unit of the picture. */
  readonly components: readonly { readonly id: number; readonly across: number; readonly down: number }[];
}

/** What makes a picture, for a decoder that knows no rule of colours. */
export interface JpegPicture {
  /** The file without thumbnails, profiles and comments. */
  readonly bytes: Uint8Array;
  /** Whether the first three components are brightness and two differences of colour, and not the colours themselves. */
  readonly differences: boolean;
}

interface Segment {
  readonly marker: number;
  /** After the length; of a scan, with the pixels' data that follow it. */
  readonly content: Uint8Array;
  /** With its marker and length. */
  readonly whole: Uint8Array;
}

const DHT = 0xc4;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP14 = 0xee;

/** Frames by their markers; those in the range that are not here are tables. */
const frames: Readonly<Record<number, "read" | string>> = {
  0xc0: "read",
  0xc1: "read",
  0xc2: "read",
  0xc3: "lossless",
  0xc5: "hierarchical",
  0xc6: "hierarchical",
  0xc7: "hierarchical",
  0xc9: "arithmetically coded",
  0xca: "arithmetically coded",
  0xcb: "lossless",
  0xcd: "hierarchical",
  0xce: "hierarchical",
  0xcf: "hierarchical",
  0xf7: "JPEG-LS",
};

/** A marker that may stand among a scan's data: a stuffed byte, or a restart. */
const withinScan = (marker: number): boolean => marker === 0 || (marker >= 0xd0 && marker <= 0xd7);

/** The position after a scan's data that begin at `at`: that of the next marker, or the end of the file. */
function endOfScan(bytes: Uint8Array, at: number): number {
  let end = bytes.indexOf(0xff, at);
  while (end >= 0 && withinScan(bytes[end + 1] ?? 0)) end = bytes.indexOf(0xff, end + 2);
  return end < 0 ? bytes.length : end;
}

/** The segments up to the end-of-image marker, which is the last; what lies between two of them is passed over. */
function* segments(bytes: Uint8Array): Generator<Segment> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(0xff, 2), end: number; at >= 0; at = bytes.indexOf(0xff, end)) {
    while (bytes[at + 1] === 0xff) at++; // fill bytes
    const marker = bytes[at + 1] ?? 0;
    if (marker === EOI) return yield { marker, content: new Uint8Array(), whole: bytes.subarray(at, at + 2) };
    end = at + 2;
    if (withinScan(marker) || marker === 0x01 || marker === 0xd8) continue; // markers without a segment
    if (at + 4 > bytes.length) return;
    end += view.getUint16(at + 2);
    if (end < at + 4 || end > bytes.length) return;
    if (marker === SOS) end = endOfScan(bytes, end);
    yield { marker, content: bytes.subarray(at + 4, end), whole: bytes.subarray(at, end) };
  }
}

/**
 * The frame, from as many of the first bytes as hold it; undefined where these do not. Throws an Error that names a kind
 * of JPEG that is not read.
 */
export function jpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  for (const { marker, content } of segments(bytes)) {
    const kind = frames[marker];
    if (kind !== undefined) return frameOf(kind, content);
  }
  return undefined;
}

/** Precision, height, width, and of each component number, sampling and table. */
function frameOf(kind: string, content: Uint8Array): JpegFrame | undefined {
  const [precision, count] = [content[0] ?? 0, content[5] ?? 0];
  if (content.length < 6 + 3 * count) return undefined;
  if (kind !== "read") throw new Error(`it is ${kind} JPEG, which is not read; convert it to PNG or JPEG`);
  if (precision !== 8) throw new Error(`it has ${precision} bits a sample, which is not read in JPEG`);
  if (![1, 3, 4].includes(count)) throw new Error(`it has ${count} components, which is not read in JPEG`);
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling] = content.subarray(6 + 3 * i);
    return { id: id!, across: sampling! >> 4, down: sampling! & 15 };
  });
  checkComponents(components);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return { height: view.getUint16(1), width: view.getUint16(3), components };
}

/** Refuses components that a decoder would mix up. */
function checkComponents(components: JpegFrame["components"]): void {
  if (new Set(components.map(({ id }) => id)).size < components.length) {
    throw new Error("two of its components have one number");
  }
  for (const way of ["across", "down"] as const) {
    const factors = components.map((component) => component[way]);
    const most = Math.max(...factors);
    if (most > 4 || factors.some((factor) => factor === 0 || most % factor !== 0)) {
      throw new Error(`its components have ${factors.join(", ")} samples ${way} a unit, which is not read`);
    }
  }
}

/** Progressive files have about ten; each may go over the whole image for a few bytes. */
const maxScans = 100;

/** The segments that make the picture of a file with this frame. Throws an Error that says what is wrong. */
export function jpegPicture(bytes: Uint8Array, { components }: JpegFrame): JpegPicture {
  const kept: Uint8Array[] = [];
  let [jfif, ended, scans] = [false, false, 0];
  let adobe: number | undefined;
  for (const { marker, content, whole } of segments(bytes)) {
    const first = scans === 0; // markers after the first scan say nothing of it
    if (marker === APP0 && first && startsWith(content, "JFIF\0", 14)) jfif = true;
    if (marker === APP14 && first && startsWith(content, "Adobe", 12)) adobe = content[11];
    if (marker === SOS) scans++;
    if (marker in frames || [DHT, SOS, DQT, DRI].includes(marker)) kept.push(whole);
    ended = marker === EOI;
  }
  if (!ended) throw new Error("it is truncated");
  if (scans > maxScans) throw new Error(`it has ${scans} scans, more than ${maxScans}`);
  const differences = hasDifferences(components.map(({ id }) => id), jfif, adobe);
  const colours = components.length === 4 ? [adobeMarker(differences)] : [];
  const ends = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, EOI)] as const;
  return { bytes: concatBytes([ends[0], ...colours, ...kept, ends[1]]), differences };
}

const startsWith = (content: Uint8Array, text: string, least: number): boolean =>
  content.length >= least && String.fromCharCode(...content.subarray(0, text.length)) === text;

/** How libjpeg guesses the colours of a file from its markers and from the numbers of its components. */
function hasDifferences(ids: readonly number[], jfif: boolean, adobe: number | undefined): boolean {
  if (ids.length === 4) return adobe !== undefined && adobe !== 0;
  if (jfif) return true;
  return adobe !== undefined ? adobe !== 0 : String.fromCharCode(...ids) !== "RGB";
}

/** Says whether four components are cyan, magenta, yellow and black, or brightness, differences of colour and black. */
const adobeMarker = (differences: boolean): Uint8Array =>
  Uint8Array.of(0xff, APP14, 0, 14, ...new TextEncoder().encode("Adobe\0d\0\0\0\0"), differences ? 2 : 0);
