/** JPEG of every kind of colours and headers. The values wanted are libjpeg's, as Pillow's convert("RGB") gives them. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { decodeImage } from "../../src/data/decode_image.ts";
import { readImageSize } from "../../src/data/image_header.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { jpg } from "./image_files.ts";
import { adobe, coloured, frameAt, fromBase64, jfif, segment } from "./jpeg_files.ts";

/** Red, green and blue of a pixel, each within 3 of what is wanted. */
function assertColour(bytes: Uint8Array, wanted: readonly number[], what: string, pixel = 0): void {
  const { width, height, planes } = decodeImage(bytes);
  const found = [0, 1, 2].map((c) => planes[c * width * height + pixel]!);
  assert(found.every((value, c) => Math.abs(value - wanted[c]!) <= 3), `${what}: ${found}, not ${wanted}`);
}

const red = [221, 40, 10] as const;
/** The same samples, taken for red, green and blue. */
const samples = [91, 82, 221] as const;
const rgb = new TextEncoder().encode("RGB");

Deno.test("jpeg: three components are brightness and differences, or RGB, by libjpeg's rules", () => {
  const cases: [string, Uint8Array, readonly number[]][] = [
    ["no marker", coloured(red, []), red],
    ["JFIF", coloured(red, [jfif]), red],
    ["Adobe's 0", coloured(red, [adobe(0)]), samples],
    ["Adobe's 1", coloured(red, [adobe(1)]), red],
    ["Adobe's 2", coloured(red, [adobe(2)]), red],
    ["JFIF stands before Adobe's 0", coloured(red, [adobe(0), jfif]), red],
    ["components R, G, B", coloured(red, [], rgb), samples],
    ["components 0, 1, 2", coloured(red, [], [0, 1, 2]), red],
    ["JFIF stands before R, G, B", coloured(red, [jfif], rgb), red],
    ["Adobe's 1 stands before R, G, B", coloured(red, [adobe(1)], rgb), red],
  ];
  for (const [what, bytes, wanted] of cases) assertColour(bytes, wanted, what);
});

Deno.test("jpeg: a marker within another segment, or after the picture, is none", () => {
  const thumbnail = segment(
    0xe1,
    concatBytes([new TextEncoder().encode("Exif\0\0"), coloured(red, [adobe(0)])]),
  );
  assertColour(coloured(red, [thumbnail]), red, "Adobe's in a thumbnail");
  assertColour(coloured(red, [segment(0xfe, adobe(0))]), red, "Adobe's in a comment");
  assertColour(concatBytes([coloured(red, []), adobe(0)]), red, "Adobe's after the end");
  assertColour(coloured(red, [adobe(0).with(6, 0x61)]), red, "another program's APP14");
});

Deno.test("jpeg: four components are inks, with and without Adobe's marker", () => {
  const inks = fromBase64(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwL" +
      "CgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAkI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAA4EQwBN" +
      "AFkASwAAPwB1BtkMUo//2Q==",
  );
  const transform = 17; // the last byte of Adobe's marker, after the file's first two bytes
  assertColour(inks, [159, 36, 126], "CMYK");
  assertColour(
    concatBytes([inks.subarray(0, 2), inks.subarray(18)]),
    [159, 36, 126],
    "CMYK without a marker",
  );
  for (const code of [1, 2, 5]) assertColour(inks.with(transform, code), [0, 21, 90], `YCCK, ${code}`);
});

Deno.test("jpeg: one component is grey, also where the last restart interval is short", () => {
  const grey = fromBase64(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggL" +
      "DAsKDAkKCgr/wAALCAAIABgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/3QAEAAL/2gAIAQEAAD8A" +
      "Cc3D/9B6H//Z",
  );
  [10, 120, 250].forEach((value, block) => assertColour(grey, [value, value, value], "grey", 8 * block));
});

Deno.test("jpeg: what lies before and between the segments does no harm", () => {
  const profile = Array.from({ length: 4 }, () => segment(0xe2, new Uint8Array(65_000).fill(0xff)));
  assertColour(coloured(red, [jfif, ...profile]), red, "a colour profile of 260 KB");
  assertEquals(readImageSize(coloured(red, [jfif, ...profile])), { width: 16, height: 16 });
  assertColour(coloured(red, [jfif, Uint8Array.of(1, 2, 3)]), red, "bytes between two segments");
  assertColour(coloured(red, [jfif, Uint8Array.of(0xff, 0xff, 0xff)]), red, "fill bytes");
  const scans = segment(0xfe, new Uint8Array(400).map((_, i) => i % 2 === 0 ? 0xff : 0xda));
  assertColour(coloured(red, [jfif, scans]), red, "200 markers of scans in a comment");
  assertColour(concatBytes([coloured(red, [jfif]), new Uint8Array(500)]), red, "bytes after the end");
});

Deno.test("jpeg: kinds that are not read are named", () => {
  const refuses = (bytes: Uint8Array, words: string) => {
    for (const read of [decodeImage, readImageSize]) {
      assertStringIncludes(assertThrows(() => read(bytes), Error).message, words);
    }
  };
  const file = coloured(red, [jfif]);
  const frame = frameAt(file);
  const kinds: Record<number, string> = {
    0xc3: "lossless",
    0xc5: "hierarchical",
    0xc9: "arithmetically coded",
    0xca: "arithmetically coded",
    0xf7: "JPEG-LS",
  };
  for (const [marker, kind] of Object.entries(kinds)) {
    refuses(file.with(frame + 1, Number(marker)), `it is ${kind} JPEG, which is not read`);
  }
  refuses(file.with(frame + 4, 12), "12 bits a sample");
  refuses(file.with(frame + 9, 2), "2 components");
  refuses(coloured(red, [jfif], [1, 1, 1]), "one number");
  refuses(file.with(frame + 11, 0x31).with(frame + 14, 0x21), "samples across");
  refuses(file.with(frame + 11, 0x10), "samples down");
});

Deno.test("jpeg: cut anywhere, it is refused", () => {
  const file = jpg(32, 32, [1, 200, 3]);
  for (let length = 2; length < file.length; length++) {
    assertThrows(() => decodeImage(file.subarray(0, length)), Error, "truncated");
  }
});
