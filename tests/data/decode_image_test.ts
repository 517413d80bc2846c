import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { encode } from "fast-png";
import { decodeImage } from "../../src/data/decode_image.ts";
import { readImageSize } from "../../src/data/image_header.ts";
import { jpg, png } from "./image_files.ts";

const size = { width: 2, height: 1 };

Deno.test("decode: PNG of every kind", () => {
  const kinds = {
    grey: encode({ ...size, channels: 1, data: Uint8Array.of(10, 20) }),
    "grey, alpha": encode({ ...size, channels: 2, data: Uint8Array.of(10, 0, 20, 255) }),
    RGB: encode({ ...size, channels: 3, data: Uint8Array.of(10, 10, 10, 20, 20, 20) }),
    RGBA: encode({ ...size, channels: 4, data: Uint8Array.of(10, 10, 10, 0, 20, 20, 20, 9) }),
    "16 bit": encode({ ...size, channels: 1, depth: 16, data: Uint16Array.of(10 << 8, (20 << 8) + 99) }),
  };
  for (const [kind, bytes] of Object.entries(kinds)) {
    assertEquals(decodeImage(bytes), { ...size, planes: Uint8Array.of(10, 20, 10, 20, 10, 20) }, kind);
  }
  assertEquals(decodeImage(png(1, 2, [1, 2, 3])).planes, Uint8Array.of(1, 1, 2, 2, 3, 3));
});

/** A PNG from its header fields and raw rows (filter byte first), which the encoder above cannot make. */
async function rawPng(depth: number, type: number, width: number, rows: number[], palette?: number[]) {
  const { crc32, deflateSync } = await import("node:zlib");
  const chunk = (name: string, body: Uint8Array) => {
    const bytes = new Uint8Array(12 + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, body.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(body, 8);
    view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
    return [...bytes];
  };
  const header = Uint8Array.of(0, 0, 0, width, 0, 0, 0, 1, depth, type, 0, 0, 0);
  return Uint8Array.of(
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", header),
    ...(palette ? chunk("PLTE", Uint8Array.from(palette)) : []),
    ...chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.from(rows)))),
    ...chunk("IEND", new Uint8Array()),
  );
}

Deno.test("decode: PNG with a palette, and grey of 1 and 4 bits", async () => {
  const indexed = await rawPng(2, 3, 5, [0, 0b00011000, 0b01000000], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals([...decodeImage(indexed).planes], [1, 4, 7, 1, 4, 2, 5, 8, 2, 5, 3, 6, 9, 3, 6]);
  // Of true colours a palette is a suggestion.
  const suggested = await rawPng(8, 2, 2, [0, 1, 2, 3, 4, 5, 6], [9, 9, 9, 8, 8, 8]);
  assertEquals([...decodeImage(suggested).planes], [1, 4, 2, 5, 3, 6]);
  const bits = await rawPng(1, 0, 9, [0, 0b10100000, 0b10000000]);
  assertEquals([...decodeImage(bits).planes.subarray(0, 9)], [255, 0, 255, 0, 0, 0, 0, 0, 255]);
  const nibbles = await rawPng(4, 0, 3, [0, 0x0f, 0x80]);
  assertEquals([...decodeImage(nibbles).planes.subarray(0, 3)], [0, 255, 136]);
});

Deno.test("decode: JPEG", () => {
  const { width, height, planes } = decodeImage(jpg(9, 5, [200, 40, 30]));
  assertEquals([width, height, planes.length], [9, 5, 135]);
  [200, 40, 30].forEach((value, c) =>
    assert(Math.abs(planes[c * 45 + 22]! - value) <= 3, `${planes[c * 45 + 22]}`)
  );
});

Deno.test("readImageSize: both formats, from the first bytes", () => {
  assertEquals(readImageSize(png(7, 3, [1, 2, 3]).subarray(0, 24)), { width: 7, height: 3 });
  assertEquals(readImageSize(jpg(7, 3, [1, 2, 3]).subarray(0, 300)), { width: 7, height: 3 });
});

/** Both the size and the image must be refused. */
function refuses(bytes: Uint8Array, includes: string): void {
  assertThrows(() => decodeImage(bytes), Error, includes);
}

Deno.test("decode: what is damaged is refused", () => {
  refuses(new Uint8Array(), "empty");
  refuses(new TextEncoder().encode("a text, not an image"), "neither PNG nor JPEG");
  refuses(
    new TextEncoder().encode("GIF89a......"),
    "it is GIF, which is not read; convert it to PNG or JPEG",
  );
  refuses(Uint8Array.of(0xff, 0xd8, 0xff), "damaged or truncated");
  refuses(
    png(8, 8, [1, 2, 3]).map((byte, i) => i < 12 || i > 15 ? byte : "CgBI".charCodeAt(i - 12)),
    "Apple",
  );
  const photo = jpg(32, 32, [1, 200, 3]);
  refuses(photo.subarray(0, photo.length - 2), "truncated");
  refuses(png(8, 8, [1, 2, 3]).subarray(0, 50), "");
  for (const at of [45, png(8, 8, [1, 2, 3]).length - 16]) { // inside the pixels; their checksum
    const flipped = png(8, 8, [1, 2, 3]);
    flipped[at]! ^= 0xff;
    refuses(flipped, "");
  }
});

Deno.test("decode: PNG whose data are whole, whatever follows them", () => {
  const whole = png(8, 8, [1, 2, 3]);
  const wanted = decodeImage(whole);
  const end = whole.length - 12;
  const others = {
    "without an end": whole.subarray(0, end),
    "cut in its end": whole.subarray(0, end + 6),
    "with a wrong checksum of its end": whole.with(whole.length - 1, 0),
    "with an end that says it is long": whole.with(end, 0x7f),
    "cut in a text after its data": Uint8Array.of(...whole.subarray(0, end), 0, 0, 9, 9, ...[
      0x74,
      0x45,
      0x58,
      0x74,
    ], 1),
    "with bytes after its data": Uint8Array.of(...whole.subarray(0, end), 0, 0, 0),
    "with bytes after its end": Uint8Array.of(...whole, 1, 2, 3),
  };
  for (const [what, bytes] of Object.entries(others)) assertEquals(decodeImage(bytes), wanted, what);
  for (let length = 0; length < end; length++) refuses(whole.subarray(0, length), "");
});

Deno.test("decode: a header of billions of pixels is refused before anything is made", () => {
  const bomb = png(1, 1, [0, 0, 0]);
  new DataView(bomb.buffer, bomb.byteOffset).setUint32(16, 0x7fffffff);
  new DataView(bomb.buffer, bomb.byteOffset).setUint32(20, 0x7fffffff);
  refuses(bomb, "more than 64 million");
  const wide = jpg(8, 8, [0, 0, 0]);
  const sof = wide.findIndex((byte, i) => byte === 0xff && wide[i + 1] === 0xc0);
  wide.set([0xff, 0xff, 0xff, 0xff], sof + 5);
  refuses(wide, "more than 64 million");
});
