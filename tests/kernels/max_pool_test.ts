import { assertEquals, assertThrows } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { maxPool, maxPoolGather, maxPoolScatter } from "../../src/graph/ops/max_pool.ts";
import { permutation } from "../../src/random.ts";
import { argmaxOf, gather, pooledShape, scatter, windowsOf } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

const pools = [
  { kernel: 3, stride: 1, pad: 1 },
  { kernel: 3, stride: 2, pad: 1 },
  { kernel: 2, stride: 2, pad: 0 },
  { kernel: 2, stride: 2, pad: 1 },
];

for (const pool of pools) {
  const name = `${pool.kernel}×${pool.kernel} stride ${pool.stride} pad ${pool.pad}`;
  Deno.test(`max pooling ${name} and its adjoints ≡ float64 loops`, async () => {
    for (const shape of oddShapes) {
      if (pool.kernel > shape[2] + 2 * pool.pad || pool.kernel > shape[3] + 2 * pool.pad) continue;
      const pooled = pooledShape(shape, pool);
      const [x, g, dy] = [random("x", shape, 1), random("g", shape, 2), random("dy", pooled, 3)];
      const places = argmaxOf(x.value, windowsOf(shape, pool));
      await assertTwins(
        {
          pool: maxPool(x.node, pool),
          scatter: maxPoolScatter(dy.node, x.node, pool),
          gather: maxPoolGather(g.node, x.node, pool),
        },
        {
          pool: gather(x.value, places),
          scatter: scatter(dy.value, places, elements(shape)),
          gather: gather(g.value, places),
        },
        { x: x.value, g: g.value, dy: dy.value },
      );
    }
  });

  Deno.test(`max pooling ${name}: the first of equal maxima counts`, async () => {
    for (const shape of [[2, 2, 9, 13], [1, 1, 8, 8]] as const) {
      const pooled = pooledShape(shape, pool);
      const [x, g, dy] = [random("x", shape, 1), random("g", shape, 2), random("dy", pooled, 3)];
      // Few different values, negative ones too: nearly every window has ties.
      x.value.forEach((v, i) => x.value[i] = Math.min(0, Math.round(v)));
      const places = argmaxOf(x.value, windowsOf(shape, pool));
      await assertTwins(
        { scatter: maxPoolScatter(dy.node, x.node, pool), gather: maxPoolGather(g.node, x.node, pool) },
        { scatter: scatter(dy.value, places, elements(shape)), gather: gather(g.value, places) },
        { x: x.value, g: g.value, dy: dy.value },
      );
    }
  });

  Deno.test(`max pooling ${name}: gradients ≡ finite differences`, async () => {
    const x = random("x", [2, 2, 6, 9]);
    // Values at least 0.1 apart, so that a step moves no maximum.
    permutation([3, 3], x.value.length).forEach((rank, i) => x.value[i] = 0.1 * (rank - 108));
    await checkGradient(maxPool(x.node, pool), [x], { step: 1e-2 });
    const pooled = maxPool(x.node, pool).shape;
    const [dy, g] = [random("dy", pooled, 2), random("g", x.node.shape, 3)];
    await checkGradient(maxPoolScatter(dy.node, x.node, pool), [dy], { feeds: { x: x.value } });
    await checkGradient(maxPoolGather(g.node, x.node, pool), [g], { feeds: { x: x.value } });
  });
}

Deno.test("max pooling refuses strides and pads it cannot do", () => {
  const x = input("x", [2, 1, 9, 9]);
  assertThrows(() => maxPool(x, { kernel: 3, stride: 3, pad: 1 }), RangeError, "stride 3");
  assertThrows(() => maxPool(x, { kernel: 3, stride: 1, pad: 2 }), RangeError, "pad 2");
  const dy = input("dy", [2, 1, 4, 4]);
  assertThrows(() => maxPoolScatter(dy, x, { kernel: 3, stride: 2, pad: 1 }), TypeError, "needs [2,1,5,5]");
  assertEquals(maxPool(x, { kernel: 3, stride: 2, pad: 1 }).shape, [2, 1, 5, 5]);
});
