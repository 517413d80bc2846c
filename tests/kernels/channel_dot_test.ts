import { channelDot, channelDots } from "../../src/graph/ops/combine.ts";
import { addAll, mul } from "../../src/graph/ops/elementwise.ts";
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

Deno.test("channelDots of many maps with one, in groups of four ≡ float64 loops", async () => {
  for (const count of [1, 4, 5, 9]) {
    const shape = [3, 2, 5, 7] as const;
    const y = random("y", shape, 99);
    const xs = Array.from({ length: count }, (_, k) => random(`x${k}`, shape, k));
    const rows = channelDots(xs.map(({ node }) => node), y.node, { sum: true });
    await assertTwins(
      Object.fromEntries(rows.map((row, k) => [`row${k}`, row])),
      Object.fromEntries(
        rows.map((
          _,
          k,
        ) => [
          `row${k}`,
          xs[k] ? channelSums(shape, xs[k].value, y.value) : channelSums(shape, y.value),
        ]),
      ),
      { y: y.value, ...Object.fromEntries(xs.map((x, k) => [`x${k}`, x.value])) },
      1e-5,
    );
  }
});

Deno.test("channelDots' gradients, with and without the sum ≡ finite differences", async () => {
  const [x, y, z] = [1, 2, 3].map((seed, i) => random("xyz"[i]!, [3, 2, 5, 7], seed));
  for (const sum of [false, true]) {
    const rows = channelDots([x!.node, z!.node], y!.node, { sum });
    await checkGradient(addAll(rows.map((row) => mul(row, row))), [x!, y!, z!], { second: true });
  }
});
