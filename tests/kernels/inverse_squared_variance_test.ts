import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { inverseSquaredVariance } from "../../src/graph/ops/inverse_squared_variance.ts";
import { inverseSquaredVariances } from "../reference/maps.ts";
import { random, run } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("inverseSquaredVariance ≡ float64 loops", async () => {
  for (const shape of oddShapes.filter(([channels]) => channels > 1)) {
    const x = random("x", shape, 1);
    // Channels that differ: of those that hardly do float32 knows the difference but roughly.
    const pixels = x.value.length / shape[0];
    x.value.forEach((v, i) => x.value[i] = v + 4 * Math.floor(i / pixels));
    const want = inverseSquaredVariances(shape, x.value);
    await assertTwins({ y: inverseSquaredVariance(x.node) }, { y: want }, { x: x.value }, 1e-5);
  }
});

Deno.test("inverseSquaredVariance: a small variance about a large mean is not lost", async () => {
  const x = random("x", [4, 1, 1, 5]);
  x.value.set(x.value.map((_, i) => 1000 + (i < 10 ? 1 : -1) * 2 ** -7));
  const [result] = await run([inverseSquaredVariance(x.node)], { x: x.value });
  const variance = 4 * 2 ** -14 / 3;
  for (const value of result!) assertAlmostEquals(value * variance ** 2, 1, 1e-5);
});

Deno.test("inverseSquaredVariance: equal channels, and a single one, have a finite value", async () => {
  for (const channels of [1, 3]) {
    const x = random("x", [channels, 1, 2, 3]);
    x.value.fill(0.25);
    const [result] = await run([inverseSquaredVariance(x.node)], { x: x.value });
    assertEquals(result!.length, 6);
    for (const value of result!) assertAlmostEquals(value / 1e30, 1, 1e-5);
  }
});
