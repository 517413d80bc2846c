import { assertEquals } from "deno-std/assert";
import { makeDataset } from "../../src/data/dataset.ts";
import { limit, searchHalves, select } from "../../src/data/splits.ts";
import { assertDataError, indexedImages } from "./files.ts";

Deno.test("searchHalves: by index order, the smaller half first, no copy", () => {
  const images = indexedImages([0, 1, 2, 3, 4]);
  const { weights, alphas } = searchHalves(images);
  assertEquals([[...weights.labels], [...alphas.labels]], [[0, 1], [2, 3, 4]]);
  assertEquals([weights.count, alphas.count, alphas.pixels[0], alphas.pixels.length], [2, 3, 2, 12]);
  assertEquals(alphas.pixels.buffer, images.pixels.buffer);
});

Deno.test("searchHalves: one image", () =>
  assertDataError(() => searchHalves(indexedImages([0])), "two halves"));

Deno.test("select: images and labels in the order asked for", () => {
  const { pixels, labels, count } = select(indexedImages([5, 6, 7]), Uint32Array.of(2, 0));
  assertEquals([[...pixels], [...labels], count], [[2, 2, 2, 2, 0, 0, 0, 0], [7, 5], 2]);
});

Deno.test("limit: caps each split and keeps the normalisation", () => {
  const data = makeDataset({
    name: "d",
    description: "",
    classes: ["a", "b"],
    train: indexedImages([0, 1, 0, 1]),
    test: indexedImages([1, 0]),
    augmentation: { pad: 0, flip: false },
  });
  const small = limit(data, { train: 3, test: 9 });
  assertEquals([small.train.count, small.test.count], [3, 2]);
  assertEquals(small.normalisation, data.normalisation);
});

Deno.test("makeDataset: measures mean and deviation on the scale 0 to 1", () => {
  const images = { ...indexedImages([0, 1]), pixels: Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255) };
  const parts = {
    name: "d",
    description: "",
    train: images,
    test: images,
    augmentation: { pad: 0, flip: false },
  };
  assertEquals(makeDataset({ ...parts, classes: ["a", "b"] }).normalisation, { mean: [0.5], std: [0.5] });
  assertDataError(() => makeDataset({ ...parts, classes: ["a"] }), "one class, a");
  const bad = { ...images, labels: Uint8Array.of(0, 2) };
  assertDataError(() => makeDataset({ ...parts, classes: ["a", "b"], test: bad }), "Label 2 of image 1");
  const flat = { ...images, pixels: new Uint8Array(8).fill(51) };
  assertEquals(makeDataset({ ...parts, train: flat, classes: ["a", "b"] }).normalisation, {
    mean: [0.2],
    std: [1 / 255],
  });
});
