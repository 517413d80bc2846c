import { assertEquals, assertThrows } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { fold, unfold, type UnfoldAttrs } from "../../src/graph/ops/unfold.ts";
import { gather, scatter, unfoldPlaces } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

const cases: Record<string, UnfoldAttrs> = {
  "3×3": { kernel: [3, 3], stride: [1, 1], pad: [1, 1] },
  "3×3 stride 2": { kernel: [3, 3], stride: [2, 2], pad: [1, 1] },
  "5×5 dilation 2": { kernel: [5, 5], stride: [1, 1], pad: [4, 4], dilation: 2 },
  "1×7 stride 1×2": { kernel: [1, 7], stride: [1, 2], pad: [0, 3] },
  "7×1 stride 2×1": { kernel: [7, 1], stride: [2, 1], pad: [3, 0] },
  "1×1 stride 2": { kernel: [1, 1], stride: [2, 2], pad: [0, 0] },
  "1×1 stride 2 from (1, 1)": { kernel: [1, 1], stride: [2, 2], pad: [0, 0], offset: [1, 1] },
  "2×2": { kernel: [2, 2], stride: [1, 1], pad: [0, 0] },
};

for (const [name, attrs] of Object.entries(cases)) {
  Deno.test(`unfold ${name} and fold ≡ float64 loops`, async () => {
    for (const shape of oddShapes) {
      const { shape: out, places } = unfoldPlaces(shape, attrs);
      if (out[2] < 1 || out[3] < 1) continue;
      const [x, dy] = [random("x", shape, 1), random("dy", out, 2)];
      await assertTwins(
        {
          unfold: unfold(x.node, attrs),
          fold: fold(dy.node, { ...attrs, height: shape[2], width: shape[3] }),
        },
        { unfold: gather(x.value, places), fold: scatter(dy.value, places, elements(shape)) },
        { x: x.value, dy: dy.value },
      );
    }
  });

  Deno.test(`unfold ${name}: gradients ≡ finite differences`, async () => {
    const x = random("x", [2, 2, 5, 7]);
    await checkGradient(unfold(x.node, attrs), [x]);
    const dy = random("dy", unfold(x.node, attrs).shape, 2);
    await checkGradient(fold(dy.node, { ...attrs, height: 5, width: 7 }), [dy]);
  });
}

Deno.test("unfold refuses windows that do not fit", () => {
  const x = input("x", [2, 1, 3, 3]);
  const attrs: UnfoldAttrs = { kernel: [5, 5], stride: [1, 1], pad: [0, 0] };
  assertThrows(() => unfold(x, attrs), RangeError, "5×5 do not fit in [2,1,3,3]");
  assertThrows(() => fold(x, { ...attrs, height: 9, width: 9 }), TypeError, "no unfolding");
  assertEquals(unfold(x, { ...attrs, kernel: [3, 3] }).shape, [18, 1, 1, 1]);
});
