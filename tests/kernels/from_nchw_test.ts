import { fromNCHW, toNCHW } from "../../src/graph/ops/from_nchw.ts";
import { relu } from "../../src/graph/ops/relu.ts";
import { tabulate } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("fromNCHW moves channels outermost and toNCHW back", async () => {
  for (const shape of oddShapes) {
    const [channels, images, height, width] = shape;
    const x = random("x", [images, channels, height * width]);
    const map = fromNCHW(x.node, { height, width });
    await assertTwins(
      { map, back: toNCHW(relu(map)) },
      {
        map: tabulate(shape, (c, n, h, w) => x.value[((n * channels + c) * height + h) * width + w]!),
        back: x.value.map((v) => Math.max(v, 0)),
      },
      { x: x.value },
    );
  }
});

Deno.test("gradients of fromNCHW and toNCHW ≡ finite differences", async () => {
  const x = random("x", [2, 3, 35]);
  await checkGradient(fromNCHW(x.node, { height: 5, width: 7 }), [x]);
  const map = random("map", [3, 2, 5, 7]);
  await checkGradient(toNCHW(map.node), [map]);
});
