import { assertEquals, assertThrows } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { channelDot } from "../../src/graph/ops/combine.ts";
import { channelShuffle } from "../../src/graph/ops/channel_shuffle.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { interpret } from "../reference/interpreter.ts";
import { checkGradient } from "./gradients.ts";
import { random, run } from "./harness.ts";
import { assertTwins } from "./twins.ts";

Deno.test("channelShuffle takes a channel of each group in turn", async () => {
  const x = input("x", [6, 1, 1, 1]);
  const feeds = { x: Float32Array.of(0, 1, 2, 3, 4, 5) };
  const [two, three] = await run([channelShuffle(x, 2), channelShuffle(x, 3)], feeds);
  assertEquals([...two!], [0, 3, 1, 4, 2, 5]);
  assertEquals([...three!], [0, 2, 4, 1, 3, 5]);
});

Deno.test("channelShuffle ≡ float64 loops", async () => {
  for (const shape of [[4, 1, 1, 1], [8, 3, 7, 7], [12, 1, 17, 33], [4, 2, 33, 17], [16, 2, 8, 16]]) {
    const x = random("x", shape, 1);
    for (const groups of [1, 2, 4]) {
      const y = channelShuffle(x.node, groups);
      await assertTwins({ y }, { y: interpret([y], { x: x.value })[0]! }, { x: x.value });
    }
  }
});

Deno.test("channelShuffle's gradient ≡ finite differences, and the gradient's own shuffles back", async () => {
  const x = random("x", [12, 2, 3, 5]);
  await checkGradient(channelShuffle(x.node, 4), [x]);
  const dy = input("dy", x.node.shape);
  const [dx] = gradient(sum(channelDot(channelShuffle(x.node, 4), dy)), [x.node]);
  const [again] = gradient(sum(channelDot(dx!, x.node)), [dy]);
  const [got, want] = await run([again!, channelShuffle(x.node, 4)], { x: x.value, dy: x.value });
  assertEquals(got, want);
});

Deno.test("channelShuffle refuses groups that do not divide the channels", () => {
  const x = input("x", [6, 1, 2, 2]);
  for (const groups of [4, 0, 1.5]) {
    assertThrows(() => channelShuffle(x, groups), RangeError, `in ${groups} groups`);
  }
});
