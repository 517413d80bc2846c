import { assertThrows } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { concatChannels, sliceChannels } from "../../src/graph/ops/concat.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { relu } from "../../src/graph/ops/relu.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins } from "./twins.ts";

Deno.test("concatChannels and sliceChannels place whole channels", async () => {
  for (const [images, height, width] of [[2, 7, 7], [1, 1, 1], [3, 5, 33]]) {
    const shapes = [1, 3, 2].map((c) => [c, images!, height!, width!]);
    const xs = shapes.map((shape, i) => random(`x${i}`, shape, i + 1));
    const values = xs.flatMap(({ value }) => [...value]);
    const rectified = values.map((v) => Math.max(v, 0));
    const channel = elements(shapes[0]!);
    // Computed inputs are placed into the whole, given ones copied; both orders of join and cut.
    await assertTwins(
      {
        given: concatChannels(xs.map(({ node }) => node)),
        computed: concatChannels(xs.map(({ node }) => relu(node))),
        slice: sliceChannels(concatChannels(xs.map(({ node }) => relu(node))), 2, 3),
        ofSlice: relu(sliceChannels(xs[1]!.node, 1, 2)),
      },
      {
        given: values,
        computed: rectified,
        slice: rectified.slice(2 * channel, 5 * channel),
        ofSlice: rectified.slice(2 * channel, 4 * channel),
      },
      Object.fromEntries(xs.map(({ value }, i) => [`x${i}`, value])),
    );
  }
});

Deno.test("gradients of concatChannels and sliceChannels ≡ finite differences", async () => {
  const [a, b] = [random("a", [2, 2, 3, 5], 1), random("b", [3, 2, 3, 5], 2)];
  await checkGradient(concatChannels([a.node, b.node, a.node]), [a, b]);
  await checkGradient(sliceChannels(b.node, 1, 1), [b]);
  await checkGradient(sliceChannels(b.node, 0, 2), [b]);
  await checkGradient(sliceChannels(b.node, 2, 1), [b]);
});

Deno.test("concatChannels and sliceChannels refuse what does not fit", () => {
  const x = input("x", [2, 1, 3, 3]);
  assertThrows(
    () => concatChannels([x, input("y", [2, 1, 3, 4])]),
    TypeError,
    "[2,1,3,4] does not fit [2,1,3,3]",
  );
  assertThrows(() => sliceChannels(x, 1, 2), RangeError, "2 channels from 1 of [2,1,3,3]");
});

Deno.test("gradients of channels that several slices have add up", async () => {
  const x = random("x", [4, 2, 3, 5], 1);
  const [a, b] = [sliceChannels(x.node, 0, 3), sliceChannels(x.node, 1, 3)];
  await checkGradient(concatChannels([a, b]), [x]);
});
