import { sampleScale } from "../../src/graph/ops/sample_scale.ts";
import { tabulate } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("sampleScale ≡ float64 loops", async () => {
  for (const shape of oddShapes) {
    const [x, s] = [random("x", shape, 1), random("s", [shape[1]], 2)];
    await assertTwins(
      { y: sampleScale(x.node, s.node) },
      { y: tabulate(shape, (_c, n, _h, _w, i) => x.value[i]! * s.value[n]!) },
      { x: x.value, s: s.value },
    );
  }
});

Deno.test("sampleScale's gradient in x ≡ finite differences", async () => {
  const [x, s] = [random("x", [3, 2, 5, 7], 1), random("s", [2], 2)];
  await checkGradient(sampleScale(x.node, s.node), [x], { feeds: { s: s.value } });
});
