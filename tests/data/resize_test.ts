import { assert, assertEquals } from "deno-std/assert";
import { makeResizer } from "../../src/data/resize.ts";
import type { Resizing } from "../../src/data/resizings.ts";

function resize(
  values: number[],
  height: number,
  width: number,
  toHeight: number,
  toWidth: number,
  by?: Resizing,
): number[] {
  const target = new Uint8Array(toHeight * toWidth);
  makeResizer(height, width, toHeight, toWidth, by)(Uint8Array.from(values), target);
  return [...target];
}

Deno.test("resize: the same size is a copy", () =>
  assertEquals(resize([1, 2, 3, 4], 2, 2, 2, 2), [1, 2, 3, 4]));

Deno.test("resize: a plane of one value stays so at any size", () => {
  for (const [h, w] of [[1, 1], [3, 7], [16, 5], [40, 33]]) {
    assertEquals(new Set(resize(new Array(12 * 9).fill(137), 12, 9, h!, w!)), new Set([137]));
  }
});

Deno.test("resize: two pixels to four, bilinear with pixel centres at halves", () => {
  assertEquals(resize([0, 200], 1, 2, 1, 4), [0, 50, 150, 200]);
});

Deno.test("resize: shrinking averages all pixels, symmetrically", () => {
  assertEquals(resize([0, 100, 100, 0], 1, 4, 1, 1), [58]); // weights 5 7 7 5 / 24
  assertEquals(resize([10, 20, 30, 40], 2, 2, 1, 1), [25]);
  const row = resize([0, 0, 0, 0, 255, 255, 255, 255], 1, 8, 1, 4);
  assertEquals(row.map((v, i) => v + row[3 - i]!), [255, 255, 255, 255]);
});

Deno.test("resize: by area, an output is the mean over what its square covers", () => {
  // Blocks of 2×2, however uneven their values.
  assertEquals(resize([0, 100, 8, 0, 20, 40, 0, 0], 2, 4, 1, 2, "area"), [40, 2]);
  // Three pixels to two: each takes a whole one and half of the middle.
  assertEquals(resize([0, 90, 30], 1, 3, 1, 2, "area"), [30, 50]);
  // Enlarged, each input covers its own square.
  assertEquals(resize([10, 30], 1, 2, 1, 4, "area"), [10, 10, 30, 30]);
  assertEquals(resize([0, 30], 1, 2, 1, 3, "area"), [0, 15, 30]);
});

Deno.test("resize: values never leave the range of the plane", () => {
  const noisy = Array.from({ length: 17 * 33 }, (_, i) => 50 + ((i * 7919) % 101));
  for (const v of resize(noisy, 17, 33, 24, 12)) assert(v >= 50 && v <= 150);
});
