import { assert, assertEquals, assertNotEquals, assertThrows } from "deno-std/assert";
import { epochBatches, epochOrder, gather, searchBatch, sequentialBatches } from "../../src/data/batches.ts";
import { UserError } from "../../src/errors.ts";
import { keyFromSeed, permutation } from "../../src/random.ts";
import { indexedImages } from "./files.ts";

const key = keyFromSeed(7);
const sizes = (batches: Uint32Array[]) => batches.map((batch) => batch.length);

Deno.test("epochOrder: a permutation that depends on key and epoch only", () => {
  const order = epochOrder(key, 3, 50);
  assertEquals([...order].sort((a, b) => a - b), [...Array(50).keys()]);
  assertEquals(epochOrder(key, 3, 50), order);
  assertNotEquals(epochOrder(key, 4, 50), order);
  assertNotEquals(epochOrder(keyFromSeed(8), 3, 50), order);
});

Deno.test("epochBatches: whole batches, in the order of the epoch", () => {
  assertEquals(sizes(epochBatches(key, 0, 10, 4)), [4, 4]);
  assertEquals(sizes(epochBatches(key, 0, 8, 4)), [4, 4]);
  assertEquals(
    epochBatches(key, 0, 10, 4).flatMap((batch) => [...batch]),
    [...epochOrder(key, 0, 10)].slice(0, 8),
  );
});

Deno.test("sequentialBatches: every image once, in order", () => {
  assertEquals(sequentialBatches(5, 2).map((batch) => [...batch]), [[0, 1], [2, 3], [4]]);
});

Deno.test("searchBatch: full, without repeats, anew each step, equally likely images", () => {
  const counts = new Array(10).fill(0);
  for (let step = 0; step < 2000; step++) {
    const batch = searchBatch(key, step, 10, 4);
    assertEquals(new Set(batch).size, 4);
    for (const index of batch) counts[index]++;
  }
  // 800 expected, deviation 22
  assert(counts.every((count) => Math.abs(count - 800) < 110), `${counts}`);
  assertNotEquals(searchBatch(key, 0, 10, 4), searchBatch(key, 1, 10, 4));
  assertEquals([...searchBatch(key, 0, 10, 10)].sort(), [...Array(10).keys()]);
});

Deno.test("searchBatch: larger than the data", () => {
  const error = assertThrows(
    () => searchBatch(key, 0, 3, 4),
    UserError,
    "A batch of 4 is larger than the 3 images",
  );
  assertEquals(error.exitCode, 2);
});

Deno.test("gather: bytes packed low to high, labels beside", () => {
  const { pixels, labels } = gather(indexedImages([5, 6, 7]), Uint32Array.of(2, 0));
  assertEquals([...pixels], [0x02020202, 0]);
  assertEquals([...labels], [7, 5]);
});

Deno.test("gather: images that do not fill a word", () => {
  const images = { ...indexedImages([0, 1]), pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 1, width: 3 };
  assertEquals([...gather(images, Uint32Array.of(1, 0)).pixels], [0x01060504, 0x0302]);
});

Deno.test("permutation of the size of a data set is quick", () => {
  const start = performance.now();
  permutation(key, 60_000);
  assert(performance.now() - start < 2000);
});
