/** Sums whose terms lie in different bindings: ReLU and mask belong to the whole sum, scales and bias are counted once. */
import { assert, assertEquals } from "deno-std/assert";
import { withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import type { InputAttrs } from "../../src/graph/ops/leaf.ts";
import { addAll, combine, input, reluMask, slice } from "../../src/graph/ops/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { fold, keyFromSeed, normal } from "../../src/random.ts";
import { assertClose } from "../kernels/close.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const shape = [3, 5, 17, 33] as const;
const terms = Array.from({ length: 7 }, (_, k) => ({
  x: input(`x${k}`, shape),
  scale: k % 3 === 0 ? undefined : input(`scale${k}`, [shape[0]]),
}));
const bias = input("bias", [shape[0]]);
const mask = input("mask", shape);
const outputs = {
  sum: combine(terms, bias),
  rectified: combine(terms, bias, { relu: true }),
  // A sum of its own, so that the planner takes the mask into it.
  masked: reluMask(combine(terms.slice(1), bias), mask),
  plain: combine(terms.map(({ x }) => ({ x }))),
};
const inputs = [...terms.flatMap(({ x, scale }) => (scale ? [x, scale] : [x])), bias, mask];

/** Random numbers for inputs. */
const numbersFor = (inputs: readonly Node[]): Record<string, Float32Array> =>
  Object.fromEntries(inputs.map(({ shape, attrs }) => {
    const { name } = attrs as InputAttrs;
    const key = fold(keyFromSeed(1), name);
    return [name, Float32Array.from({ length: elements(shape) }, (_, i) => normal(key, i))];
  }));

/** The results of a graph, dense or of the maps' shape, in bindings of so many bytes; checks them against plain loops. */
async function compareWithin(
  maxBinding: number,
  outputs: Readonly<Record<string, Node>>,
  inputs: readonly Node[],
): Promise<Plan> {
  const feeds = numbersFor(inputs);
  const runner = sharedRunner();
  const plan = compile(outputs, { maxBinding });
  const program = await runner.load(plan);
  const results = program.run(
    Object.fromEntries(
      Object.entries(plan.inputs).map(([name, port]) => [name, withPadding(feeds[name]!, port.shape)]),
    ),
  );
  const names = Object.keys(outputs);
  const data = await runner.tensors.read(names.map((name) => results[name]!));
  runner.tensors.release(...Object.values(results));
  program.destroy();
  interpret(Object.values(outputs), feeds).forEach((want, i) =>
    assertClose(withoutPadding(data[i]!, outputs[names[i]!]!.shape), want, names[i]!)
  );
  return plan;
}

Deno.test("sums over chunks are whole sums", async () => {
  // One map a chunk.
  const { chunks } = await compareWithin(48 * 1024, outputs, inputs);
  assert(chunks.length >= terms.length, `${chunks.length} chunks`);
});

Deno.test("dense sums of small tensors and of ranges of large ones, which lie in other bindings", async () => {
  const [large, small] = [input("large", [70_000]), input("small", [300])];
  const range = (offset: number) => slice(large, offset, [300]);
  // Both orders: what comes first is written, the rest is added to it.
  const sums = { a: addAll([range(4), small, range(69_001)]), b: addAll([small, range(8), small]) };
  // No room for both in one.
  const { inputs } = await compareWithin(1100 * 256, sums, [large, small]);
  assert(inputs["large"]!.chunk > 0 && inputs["small"]!.chunk === 0);
});

Deno.test("what a sum reads through one binding stays in one, however large it is", async () => {
  const [scales, other, bias] = [input("scales", [40_000]), input("other", [60_000]), input("bias", [3])];
  const [x, y] = [input("x", shape), input("y", shape)];
  const sum = combine([{ x, scale: slice(scales, 8, [3]) }, { x: y, scale: slice(scales, 16, [3]) }], bias);
  const outputs = { sum, dense: addAll([slice(other, 8, [3]), bias]) };
  // Without the larger of the two the others fit.
  const { inputs } = await compareWithin(1100 * 256, outputs, [scales, other, bias, x, y]);
  assertEquals(["scales", "other"].map((name) => inputs[name]!.chunk > 0), [false, true]);
});
