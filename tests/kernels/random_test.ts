import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { gaussianNoise, uniformNoise } from "../../src/graph/ops/random.ts";
import { fold, keyFromSeed, normalStream, uniformStream } from "../../src/random.ts";
import { run } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

const key = fold(keyFromSeed(7), "noise");
const feeds = { key: Uint32Array.from(key) };
const keyNode = () => input("key", [2], "u32");

Deno.test("uniformNoise has the bits of uniformStream", async () => {
  for (const shape of [[1], [7], [3, 33], [1000]]) {
    const [first, second] = await run(
      [uniformNoise(keyNode(), 0, shape), uniformNoise(keyNode(), 5, shape)],
      feeds,
    );
    assertEquals([...first!], Array.from(first!, (_, i) => uniformStream(key, 0, i)));
    assertEquals([...second!], Array.from(second!, (_, i) => uniformStream(key, 5, i)));
    assertNotEquals(first, second);
  }
});

Deno.test("gaussianNoise ≡ normalStream within 1e-5, padding zero", async () => {
  for (const shape of oddShapes) {
    const y = gaussianNoise(keyNode(), 3, shape);
    const expected = Array.from({ length: elements(shape) }, (_, i) => normalStream(key, 3, i));
    const largest = Math.max(...expected.map(Math.abs));
    await assertTwins({ y }, { y: expected }, feeds, 1e-5 / largest);
  }
});

Deno.test("gaussianNoise has the moments of a standard normal", async () => {
  const [y] = await run([gaussianNoise(keyNode(), 1, [4, 4, 32, 32])], feeds);
  const mean = y!.reduce((a, b) => a + b) / y!.length;
  const variance = y!.reduce((a, b) => a + (b - mean) ** 2, 0) / y!.length;
  assert(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.05, `mean ${mean}, variance ${variance}`);
});

Deno.test("noise refuses a key that is none", () => {
  assertThrows(() => uniformNoise(input("key", [2]), 0, [4]), TypeError, "wants a key u32 [2], got f32 [2]");
});
