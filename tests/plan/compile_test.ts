/** Plans are data: they can be made, counted and compared without any adapter. */
import { assert, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import {
  add,
  combine,
  concatChannels,
  input,
  mul,
  pointwise,
  relu,
  scale,
  sum,
} from "../../src/graph/ops/mod.ts";
import { channelDot, pack } from "../../src/graph/ops/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { explain } from "../../src/plan/plan.ts";

const limits = { maxBinding: 2 ** 20 };
const dispatches = (outputs: Record<string, Node>): number => compile(outputs, limits).dispatches.length;

Deno.test("equal computations are done once", () => {
  const x = input("x", [8]);
  const once = dispatches({ y: scale(x, 2) });
  assertEquals(dispatches({ y: scale(x, 2), z: scale(x, 2) }), once);
});

Deno.test("independent calls of one kernel are one dispatch, dependent ones are not", () => {
  const x = input("x", [4, 2, 5, 8]);
  const [a, b] = [input("a", [4, 4]), input("b", [4, 4])];
  assertEquals(dispatches({ p: pointwise(x, a), q: pointwise(x, b) }), 1);
  assertEquals(dispatches({ p: pointwise(pointwise(x, a), b) }), 2);
});

Deno.test("light calls between two heavy ones are one dispatch, however they depend on each other", () => {
  const x = input("x", [8]);
  let y: Node = x;
  for (let i = 0; i < 9; i++) y = mul(add(y, x), scale(y, i + 2));
  assertEquals(dispatches({ y, z: scale(x, 5) }), 1);
  assertEquals(dispatches({ y: mul(input("large", [100_000]), input("other", [100_000])) }), 1);
});

Deno.test("channel concatenation and slices move no data", () => {
  const x = input("x", [4, 2, 5, 7]);
  const parts = [input("a", [4, 4]), input("b", [4, 4])].map((w) => pointwise(x, w));
  const joined = concatChannels(parts);
  assertEquals(dispatches({ joined }), 1);
});

Deno.test("one input twice in a concatenation is copied the second time", () => {
  const x = pointwise(input("x", [4, 2, 5, 8]), input("a", [4, 4]));
  assertEquals(dispatches({ joined: concatChannels([x, x]) }), 2);
});

Deno.test("a dispatch of several calls is as large as the largest of them", () => {
  const [small, large] = [3, 4].map((channels) => relu(input(`x${channels}`, [channels, 1, 64, 64])));
  for (const outputs of [{ small: small!, large: large! }, { large: large!, small: small! }]) {
    const plan = compile(outputs, limits);
    assertEquals(plan.dispatches.map(({ grid }) => grid), [[4, 1, 2]]);
  }
});

Deno.test("memory is shared by tensors that do not live at one time", () => {
  let y: Node = input("x", [4, 8, 16, 16]);
  for (let i = 0; i < 20; i++) y = relu(combine([{ x: y }, { x: relu(y) }]));
  const bytes = 4 * 8 * 16 * 16 * 4;
  const total = compile({ y }, limits).chunks.reduce((a, b) => a + b, 0);
  assert(total <= 5 * bytes, `${total / bytes} tensors of memory`);
});

Deno.test("a plan too large for one binding is split over chunks, and its sums with it", () => {
  const terms = Array.from({ length: 24 }, (_, i) => input(`x${i}`, [4, 16, 32, 32]));
  const plan = compile({ y: combine(terms.map((x) => ({ x }))) }, limits);
  assert(plan.chunks.length > 3);
  assert(plan.chunks.every((bytes) => bytes <= limits.maxBinding));
  // Four bindings to a call, each after the first going on from the last.
  const calls = plan.dispatches.map(({ kernel }) => kernel.label);
  assertEquals(calls[0], "add_maps apart");
  assert(calls.length > 1 && calls.slice(1).every((label) => label.startsWith("add_maps")), calls.join());
  assert(calls.at(-1)!.endsWith("resume"), calls.join());
});

Deno.test("compiling a graph twice gives the same plan", () => {
  const x = input("x", [4, 2, 5, 7]);
  const w = input("w", [4, 4]);
  const make = () => {
    const loss = sum(channelDot(pointwise(relu(x), w)));
    return compile({ loss, dw: gradient(loss, [w])[0]! }, limits);
  };
  assertEquals(JSON.stringify(make()), JSON.stringify(make()));
});

Deno.test("explain lists dispatches, bytes and FLOP", () => {
  const text = explain(compile({ y: pointwise(input("x", [4, 2, 5, 8]), input("a", [4, 4])) }, limits));
  assert(
    /^1 dispatches for software, .* MB of device memory in \d+ chunks, .* GFLOP, .* GB moved\n/.test(text),
    text,
  );
  assert(text.includes("pointwise"));
});

Deno.test("a filling of a part of a tensor moves that part", () => {
  const bytes = (length: number): number => {
    const long = input("x", [length]);
    const parts = [scale(input("a", [4]), 2), long, scale(input("b", [4]), 3)];
    const { dispatches } = compile({ y: pack(parts, [0, 8, length + 12], [length + 20]) }, limits);
    return dispatches.reduce((sum, { bytes }) => sum + bytes, 0);
  };
  // x is copied: read and written. What else there is takes a few floats.
  const [small, large] = [bytes(1000), bytes(9000)];
  assert(Math.abs(large - small - 2 * 4 * 8000) < 100, `${large - small}`);
  assert(small < 2 * 4 * 1000 + 200, `${small}`);
});
