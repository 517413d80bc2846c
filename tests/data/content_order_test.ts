import { assert, assertEquals, assertNotEquals, assertRejects } from "deno-std/assert";
import { classCounts, classesInWords } from "../../src/data/class_counts.ts";
import { orderedByContent } from "../../src/data/content_order.ts";
import { type Dataset, type Images, makeDataset } from "../../src/data/dataset.ts";
import { limit, searchHalves, select } from "../../src/data/splits.ts";
import { keyFromSeed, permutation } from "../../src/random.ts";

/** 1×2 images of two bytes, all different, whose labels fall in blocks as in a sorted file. */
function sorted(count: number, classes: number): Images {
  const labels = Uint8Array.from({ length: count }, (_, i) => classes - 1 - Math.floor(i * classes / count));
  const pixels = Uint8Array.from({ length: 2 * count }, (_, i) => i % 2 ? i >> 9 : (i >> 1) & 255);
  return { name: "images", pixels, labels, count, channels: 1, height: 1, width: 2 };
}

const dataset = (train: Images, test: Images): Dataset =>
  makeDataset({
    name: "d",
    description: "",
    classes: ["a", "b", "c", "d"],
    train,
    test,
    augmentation: { pad: 0, flip: false },
  });

const counts = (images: Images): number[] =>
  [0, 1, 2, 3].map((label) => images.labels.filter((other) => other === label).length);

Deno.test("order: halves and limits of a sorted file have all classes", async () => {
  const { train, test } = await orderedByContent(dataset(sorted(800, 4), sorted(400, 4)));
  const { weights, alphas } = searchHalves(train);
  for (const part of [weights, alphas]) for (const n of counts(part)) assert(n > 70 && n < 130, `${n}`);
  for (const n of counts(limit(dataset(train, test), { test: 80 }).test)) assert(n > 5, `${n}`);
  const cut = await orderedByContent(dataset(sorted(800, 4), sorted(400, 4)), { test: 80 });
  assertEquals([cut.test, cut.train], [limit(dataset(train, test), { test: 80 }).test, train]);
});

Deno.test("order: it is the same in whatever order the images came, and takes images with their labels", async () => {
  const images = sorted(600, 4);
  const ordered = await orderedByContent(dataset(images, images));
  assertNotEquals(ordered.train.labels, images.labels);
  for (let n = 0; n < 600; n++) {
    const at = ordered.train.pixels[2 * n]! + 256 * ordered.train.pixels[2 * n + 1]!;
    assertEquals(ordered.train.labels[n], images.labels[at]);
  }
  for (const seed of [1, 2]) {
    const mixed = select(images, permutation(keyFromSeed(seed), 600));
    const again = await orderedByContent(dataset(mixed, mixed));
    assertEquals(again.train, ordered.train);
    assertEquals(again.test, ordered.test);
  }
});

Deno.test("order: a signal is heard among few large images", async () => {
  const [count, side] = [80, 224];
  const pixels = new Uint8Array(count * 3 * side ** 2);
  const images = { ...sorted(count, 4), pixels, channels: 3, height: side, width: side };
  const stop = new AbortController();
  setTimeout(() => stop.abort());
  await assertRejects(() => orderedByContent(dataset(images, images), {}, stop.signal), DOMException);
});

Deno.test("classes: how many there are, their names, and images of each by split", () => {
  const data = dataset(sorted(8, 4), select(sorted(8, 4), Uint32Array.of(0, 7, 7)));
  assertEquals(classCounts(data), [
    { name: "a", train: 2, test: 2 },
    { name: "b", train: 2, test: 0 },
    { name: "c", train: 2, test: 0 },
    { name: "d", train: 2, test: 1 },
  ]);
  assertEquals(
    classesInWords(data),
    "4 classes of 8 + 3 images (training + test): a (2 + 2), b (2 + 0), c (2 + 0), d (2 + 1)",
  );
  assertEquals(
    classesInWords(dataset(sorted(8, 4), sorted(4, 4))),
    "4 classes of 8 + 4 images (training + test): a, b, c, d, each 2 + 1",
  );
});

Deno.test("order: images alike of different classes stand in one order too", async () => {
  const alike = (...labels: number[]): Images => ({
    ...sorted(4, 4),
    pixels: new Uint8Array(8),
    labels: Uint8Array.from(labels),
  });
  const [one, other] = [alike(0, 1, 2, 3), alike(3, 1, 0, 2)];
  assertEquals(
    (await orderedByContent(dataset(one, one))).train,
    (await orderedByContent(dataset(other, one))).train,
  );
});
