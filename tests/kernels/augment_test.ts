import { assertThrows } from "deno-std/assert";
import { augment } from "../../src/graph/ops/augment.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { word } from "../../src/random.ts";
import { tabulate } from "../reference/maps.ts";
import { assertTwins } from "./twins.ts";

/** Rows of a plan: crop y, crop x, flip, cutout y, cutout x, cutout size. */
const rows = [
  [0, 0, 0, 0, 0, 0],
  [-4, 3, 1, 2, 3, 4],
  [2, -1, 0, 6, 0, 5],
  [4, 4, 1, 0, 6, 16],
];

function batch(channels: number, height: number, width: number) {
  const size = rows.length * channels * height * width;
  const bytes = new Uint8Array(Math.ceil(size / 4) * 4);
  for (let i = 0; i < size; i++) bytes[i] = word([1, 2], i) & 255;
  const mean = Float32Array.from({ length: channels }, (_, c) => 0.4 + 0.1 * c);
  const std = Float32Array.from({ length: channels }, (_, c) => 0.2 + 0.05 * c);
  return { bytes, mean, std };
}

for (const [channels, height, width] of [[1, 7, 7], [3, 8, 8], [2, 17, 33]] as const) {
  Deno.test(`augment of ${rows.length} images ${channels}×${height}×${width} ≡ plain loops`, async () => {
    const { bytes, mean, std } = batch(channels, height, width);
    const y = augment({
      images: input("images", [bytes.length / 4], "u32"),
      plan: input("plan", [rows.length, 6], "u32"),
      mean: input("mean", [channels]),
      std: input("std", [channels]),
      height,
      width,
    });
    const expected = tabulate([channels, rows.length, height, width], (c, n, h, w) => {
      const [cropY, cropX, flip, cutoutY, cutoutX, size] = rows[n]!;
      const half = Math.floor(size! / 2);
      const cut = h >= cutoutY! - half && h < cutoutY! + half && w >= cutoutX! - half && w < cutoutX! + half;
      if (cut) return 0;
      const [sy, sx] = [h + cropY!, (flip ? width - 1 - w : w) + cropX!];
      const inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
      const pixel = inside ? bytes[((n * channels + c) * height + sy) * width + sx]! : 0;
      return (pixel / 255 - mean[c]!) / std[c]!;
    });
    const feeds = {
      images: new Uint32Array(bytes.buffer),
      plan: Uint32Array.from(Int32Array.from(rows.flat())),
      mean,
      std,
    };
    await assertTwins({ y }, { y: expected }, feeds);
  });
}

Deno.test("augment refuses a batch that is not whole", () => {
  const vector = input("mean", [3]);
  const build = (words: number, columns: number) => () =>
    augment({
      images: input("images", [words], "u32"),
      plan: input("plan", [2, columns], "u32"),
      mean: vector,
      std: vector,
      height: 4,
      width: 4,
    });
  assertThrows(build(23, 6), TypeError, "for 2 images 3×4×4, which take 24 and 3");
  assertThrows(build(24, 5), TypeError, "the plan is [2,5], needs [N, 6]");
});
