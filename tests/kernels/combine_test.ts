import { assertEquals, assertThrows } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import { accumulate, combine, type CombineAttrs } from "../../src/graph/ops/combine.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { slice } from "../../src/graph/ops/view.ts";
import { channelSums, combination } from "../reference/maps.ts";
import { checkGradient } from "./gradients.ts";
import { random } from "./harness.ts";
import { assertTwins, oddShapes } from "./twins.ts";

/** Terms, of which those where `scaled` is set have a scale, with their values. */
function terms(shape: readonly number[], scaled: readonly boolean[]) {
  const all = scaled.map((has, k) => ({
    x: random(`x${k}`, shape, 2 * k + 1),
    scale: has ? random(`s${k}`, [shape[0]!], 2 * k + 2) : undefined,
  }));
  return {
    nodes: all.map(({ x, scale }) => ({ x: x.node, scale: scale?.node })),
    values: all.map(({ x, scale }) => ({ x: x.value, scale: scale?.value })),
    variables: all.flatMap(({ x, scale }) => (scale ? [x, scale] : [x])),
  };
}

const feedsOf = (variables: readonly { node: Node; value: Float32Array }[]) =>
  Object.fromEntries(variables.map(({ node, value }) => [(node.attrs as { name: string }).name, value]));

for (const scaled of [[true], [false, true, false], [true, true], [false, false], Array(40).fill(true)]) {
  Deno.test(`combine of ${scaled.length} terms, ${scaled.filter(Boolean).length} scaled ≡ float64 loops`, async () => {
    for (const shape of oddShapes) {
      const { nodes, values, variables } = terms(shape, scaled);
      const bias = random("bias", [shape[0]], 99);
      const biased = combination(shape, values, bias.value);
      await assertTwins(
        {
          plain: combine(nodes),
          biased: combine(nodes, bias.node),
          rectified: combine(nodes, bias.node, { relu: true }),
        },
        { plain: combination(shape, values), biased, rectified: biased.map((v) => Math.max(v, 0)) },
        feedsOf([...variables, bias]),
      );
    }
  });
}

Deno.test("combine over more blocks than one workgroup takes", async () => {
  const shape = [3, 9, 28, 30] as const;
  const { nodes, values, variables } = terms(shape, [true, false]);
  const bias = random("bias", [3], 99);
  await assertTwins(
    { y: combine(nodes, bias.node) },
    { y: combination(shape, values, bias.value) },
    feedsOf([...variables, bias]),
  );
});

Deno.test("combine's gradients, and theirs again ≡ finite differences", async () => {
  const { nodes, variables } = terms([3, 2, 5, 7], [true, false, true]);
  const bias = random("bias", [3], 99);
  await checkGradient(combine(nodes, bias.node), [...variables, bias], { second: true });
});

Deno.test("combine's gradient through its own relu", async () => {
  const x = random("x", [2, 2, 5, 3], 1);
  const scale = random("scale", [2], 2);
  // Far from the kink: |scale · x| ≥ 0.5.
  x.value.forEach((v, i) => x.value[i] = v + Math.sign(v));
  scale.value.forEach((v, i) => scale.value[i] = v + Math.sign(v) * 0.5);
  await checkGradient(combine([{ x: x.node, scale: scale.node }], undefined, { relu: true }), [x, scale]);
});

Deno.test("accumulate flattens sums into one combine and keeps what has a relu", async () => {
  const shape = [2, 2, 3, 5] as const;
  const { nodes, values, variables } = terms(shape, [true, false, true]);
  const [a, b] = [random("a", [2], 50), random("b", [2], 51)];
  const rectified = combine([nodes[2]!], undefined, { relu: true });
  const sum = accumulate([
    combine([nodes[0]!], a.node),
    nodes[1]!.x,
    combine([nodes[1]!], b.node),
    rectified,
  ]);
  const { scaled, bias } = sum.attrs as CombineAttrs;
  assertEquals({ scaled, bias }, { scaled: [true, false, false, false], bias: true });
  const third = combination(shape, [values[2]!]).map((v) => Math.max(v, 0));
  const biases = a.value.map((v, i) => v + b.value[i]!);
  await assertTwins(
    { sum },
    { sum: combination(shape, [values[0]!, values[1]!, values[1]!, { x: third }], biases) },
    feedsOf([...variables, a, b]),
  );
});

Deno.test("combine refuses what does not fit", () => {
  const x = input("x", [2, 1, 3, 3]);
  assertThrows(() => combine([{ x }, { x: input("y", [2, 1, 3, 4]) }]), TypeError, "[2,1,3,3] and [2,1,3,4]");
  assertThrows(() => combine([{ x, scale: input("s", [3]) }]), TypeError, "[3] for 2 channels");
  assertThrows(() => combine([]), TypeError, "at least one term");
});

Deno.test("channel sums that a combine's gradient asks for are those of its terms", () => {
  // The twin itself: ⟨1, scale·x⟩ over a channel is scale times the channel's sum.
  const shape = [2, 1, 2, 2] as const;
  const x = [1, 2, 3, 4, 5, 6, 7, 8];
  assertEquals([...channelSums(shape, combination(shape, [{ x, scale: [2, 3] }]))], [20, 78]);
});

Deno.test("a scale may begin anywhere in a vector", async () => {
  const shape = [3, 2, 5, 7] as const;
  const [x, vector] = [random("x", shape, 1), random("vector", [16], 2)];
  for (const at of [1, 2, 7]) {
    await assertTwins(
      { y: combine([{ x: x.node, scale: slice(vector.node, at, [3]) }]) },
      { y: combination(shape, [{ x: x.value, scale: vector.value.subarray(at, at + 3) }]) },
      { x: x.value, vector: vector.value },
    );
  }
});
