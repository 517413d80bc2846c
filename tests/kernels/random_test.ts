import { assert, assertEquals, assertNotEquals, assertThrows } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { dropout, gaussianNoise, uniformNoise } from "../../src/graph/ops/random.ts";
import { fold, keyFromSeed, normalStream, uniformStream } from "../../src/random.ts";
import { checkGradient } from "./gradients.ts";
import { random, run } from "./harness.ts";
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
  assertThrows(() => uniformNoise(input("key", [2]), 0, [4]), TypeError, "needs a key u32 [2], got f32 [2]");
});

const rate = () => ({ node: input("rate", [1]), value: Float32Array.of(0.3) });

Deno.test("dropout ≡ float64 loops, padding zero", async () => {
  for (const shape of oddShapes) {
    const [x, p] = [random("x", shape, 1), rate()];
    const dropped = p.value[0]!;
    const y = Array.from(
      x.value,
      (value, i) => uniformStream(key, 2, i) < dropped ? 0 : value / (1 - dropped),
    );
    await assertTwins({ y: dropout(x.node, p.node, keyNode(), 2) }, { y }, {
      ...feeds,
      x: x.value,
      rate: p.value,
    });
  }
});

Deno.test("dropout drops its share and keeps the mean; its gradient drops the same elements", async () => {
  const ones = new Float32Array(4 * 4 * 32 * 32).fill(1);
  const y = dropout(input("x", [4, 4, 32, 32]), rate().node, keyNode(), 1);
  const [values] = await run([y], { ...feeds, x: ones, rate: rate().value });
  const share = values!.filter((value) => value === 0).length / ones.length;
  const mean = values!.reduce((a, b) => a + b) / ones.length;
  assert(Math.abs(share - 0.3) < 0.02 && Math.abs(mean - 1) < 0.03, `${share} dropped, mean ${mean}`);

  const x = random("x", [3, 2, 5, 7], 1);
  await checkGradient(dropout(x.node, rate().node, keyNode(), 4), [x], {
    feeds: { ...feeds, rate: rate().value },
  });
});
