import { channelDot } from "../../src/graph/ops/channel_dot.ts";
import { channelSums } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

Deno.test("channelDot of one and of two maps ≡ float64 loops", async () => {
  for (const shape of [...oddShapes, [2, 8, 32, 32], [3, 5, 28, 30]] as const) {
    const [x, y] = [random("x", shape, 1), random("y", shape, 2)];
    await assertTwins(
      { sum: channelDot(x.node), dot: channelDot(x.node, y.node), square: channelDot(x.node, x.node) },
      {
        sum: channelSums(shape, x.value),
        dot: channelSums(shape, x.value, y.value),
        square: channelSums(shape, x.value, x.value),
      },
      { x: x.value, y: y.value },
      1e-5,
    );
  }
});

Deno.test("channelDot's gradients, and theirs again ≡ finite differences", async () => {
  const [x, y] = [random("x", [3, 2, 5, 7], 1), random("y", [3, 2, 5, 7], 2)];
  await checkGradient(channelDot(x.node, y.node), [x, y], { second: true });
  await checkGradient(channelDot(x.node), [x]);
  await checkGradient(channelDot(x.node, x.node), [x], { second: true });
});
