/** Sums whose terms lie in different bindings: ReLU and mask belong to the whole sum, scales and bias are counted once. */
import { assert } from "deno-std/assert";
import { withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import { elements } from "../../src/graph/node.ts";
import { addAll, combine, input, reluMask, slice } from "../../src/graph/ops/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { fold, keyFromSeed, normal } from "../../src/random.ts";
import { assertClose } from "../kernels/close.ts";
import { run, sharedRunner } from "../kernels/harness.ts";
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
const feeds = Object.fromEntries(inputs.map(({ shape, attrs: { name } }) => {
  const key = fold(keyFromSeed(1), name);
  return [name, Float32Array.from({ length: elements(shape) }, (_, i) => normal(key, i))];
}));

Deno.test("sums over chunks are whole sums", async () => {
  const runner = sharedRunner();
  // One map a chunk.
  const plan = compile(outputs, { maxBinding: 48 * 1024 });
  assert(plan.chunks.length >= terms.length, `${plan.chunks.length} chunks`);
  const program = await runner.load(plan);
  const stored = Object.fromEntries(
    Object.entries(plan.inputs).map(([name, port]) => [name, withPadding(feeds[name]!, port.shape)]),
  );
  const results = program.run<keyof typeof outputs>(stored);
  const names = Object.keys(outputs) as (keyof typeof outputs)[];
  const data = await runner.tensors.read(names.map((name) => results[name]));
  runner.tensors.release(...Object.values(results));
  program.destroy();
  interpret(Object.values(outputs), feeds).forEach((want, i) =>
    assertClose(withoutPadding(data[i]!, shape), want, names[i]!)
  );
});

Deno.test("dense sums of small tensors and of ranges of large ones, which lie in other bindings", async () => {
  const [large, small] = [input("large", [70_000]), input("small", [300])];
  const range = (offset: number) => slice(large, offset, [300]);
  // Both orders: what comes first is written, the rest is added to it.
  const sums = [addAll([range(4), small, range(69_001)]), addAll([small, range(8), small])];
  const numbers = Object.fromEntries([large, small].map(({ shape, attrs }) => {
    const { name } = attrs as { name: string };
    return [name, Float32Array.from({ length: elements(shape) }, (_, i) => normal(fold([1, 1], name), i))];
  }));
  const got = await run(sums, numbers);
  interpret(sums, numbers).forEach((want, i) => assertClose(got[i]!, want, `sum ${i}`));
});
