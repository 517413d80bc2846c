import { spatialMean, spatialSpread } from "../../src/graph/ops/spatial_mean.ts";
import { planeMeans, tabulate } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("spatialMean and spatialSpread ≡ float64 loops", async () => {
  for (const shape of oddShapes) {
    const [channels, images, height, width] = shape;
    const [x, g] = [random("x", shape, 1), random("g", [channels, images], 2)];
    await assertTwins(
      { mean: spatialMean(x.node), spread: spatialSpread(g.node, height, width) },
      { mean: planeMeans(shape, x.value), spread: tabulate(shape, (c, n) => g.value[c * images + n]!) },
      { x: x.value, g: g.value },
    );
  }
});

Deno.test("gradients of spatialMean and spatialSpread ≡ finite differences", async () => {
  const [x, g] = [random("x", [3, 2, 5, 7], 1), random("g", [3, 2], 2)];
  await checkGradient(spatialMean(x.node), [x]);
  await checkGradient(spatialSpread(g.node, 5, 7), [g]);
});
