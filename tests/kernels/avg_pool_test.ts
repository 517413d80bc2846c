import { assertThrows } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { avgPool, avgPoolGrad } from "../../src/graph/ops/avg_pool.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { average, averageAdjoint, pooledShape, windowsOf } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

const pools = [
  { kernel: 3, stride: 1, pad: 1 },
  { kernel: 3, stride: 2, pad: 1 },
  { kernel: 2, stride: 2, pad: 0 },
  { kernel: 3, stride: 1, pad: 0 },
  { kernel: 5, stride: 3, pad: 0 },
];

for (const pool of pools) {
  const name = `${pool.kernel}×${pool.kernel} stride ${pool.stride} pad ${pool.pad}`;
  Deno.test(`average pooling ${name} and its adjoint ≡ float64 loops`, async () => {
    for (const shape of [...oddShapes, [2, 3, 8, 8]] as const) {
      const [, , height, width] = shape;
      if (pool.kernel > Math.min(height, width) + 2 * pool.pad) continue;
      const [x, dy] = [random("x", shape, 1), random("dy", pooledShape(shape, pool), 2)];
      const windows = windowsOf(shape, pool);
      await assertTwins(
        { pool: avgPool(x.node, pool), grad: avgPoolGrad(dy.node, { ...pool, height, width }) },
        { pool: average(x.value, windows), grad: averageAdjoint(dy.value, windows, elements(shape)) },
        { x: x.value, dy: dy.value },
      );
    }
  });

  Deno.test(`average pooling ${name}: gradients ≡ finite differences`, async () => {
    const x = random("x", [2, 2, 8, 7]);
    await checkGradient(avgPool(x.node, pool), [x]);
    const dy = random("dy", avgPool(x.node, pool).shape, 2);
    await checkGradient(avgPoolGrad(dy.node, { ...pool, height: 8, width: 7 }), [dy]);
  });
}

Deno.test("average pooling refuses what does not fit", () => {
  const x = input("x", [2, 1, 3, 3]);
  const pool = { kernel: 3, stride: 2, pad: 1 };
  assertThrows(() => avgPool(x, { ...pool, pad: 2 }), RangeError, "pad 2 is more than half of 3");
  assertThrows(() => avgPoolGrad(x, { ...pool, height: 9, width: 9 }), TypeError, "should be 5×5");
});
