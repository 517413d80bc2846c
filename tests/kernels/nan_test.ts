/** NaN goes through every kernel that takes a maximum, whatever its sign: compilers may leave it out of one. */
import { assert, assertEquals } from "deno-std/assert";
import { elements, type Node, type Shape } from "../../src/graph/node.ts";
import { combine } from "../../src/graph/ops/combine.ts";
import { depthwise, type DepthwiseAttrs, depthwiseWeightGrad } from "../../src/graph/ops/depthwise.ts";
import { clamp, min, sign } from "../../src/graph/ops/elementwise.ts";
import { dirichletSlope } from "../../src/graph/ops/dirichlet.ts";
import { inverseSquaredVariance } from "../../src/graph/ops/inverse_squared_variance.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { loadThrough } from "../../src/graph/ops/loader.ts";
import { softmax } from "../../src/graph/ops/loss.ts";
import { maxPool } from "../../src/graph/ops/max_pool.ts";
import { moments } from "../../src/graph/ops/moments.ts";
import { pointwise, pointwiseWeightGrad } from "../../src/graph/ops/pointwise.ts";
import { projectRows } from "../../src/graph/ops/project_rows.ts";
import { max } from "../../src/graph/ops/reduce.ts";
import { relu } from "../../src/graph/ops/relu.ts";
import { depthwiseTaps, pointwiseTaps, trilinear } from "../reference/conv.ts";
import { pooledShape, windowsOf } from "../reference/maps.ts";
import { random, run } from "./harness.ts";
import { naive } from "./naive.ts";

/** A quiet NaN as processors make it (with a sign on some), and the ends of what is NaN. */
const nans = [0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff];

/** The values with the bits of a NaN at `index`. */
function withNan(values: Float32Array, index: number, bits: number): Float32Array {
  const copy = values.slice();
  new Uint32Array(copy.buffer)[index] = bits;
  return copy;
}

const indicesOf = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value, i) => Number.isNaN(value) ? i : -1).filter((i) => i >= 0);

/**
 * Puts each NaN at `index` of `x` and asserts that exactly the elements of `nodes` named by `where` become NaN; with
 * `atLeast` others may.
 */
async function assertShows(
  nodes: Readonly<Record<string, Node>>,
  x: { readonly node: Node; readonly value: Float32Array },
  index: number,
  where: (name: string) => readonly number[],
  { feeds = {}, atLeast = false }: { feeds?: Record<string, Float32Array>; atLeast?: boolean } = {},
): Promise<void> {
  const names = Object.keys(nodes);
  const { name: input } = x.node.attrs as { name: string };
  for (const bits of nans) {
    const given = { ...feeds, [input]: withNan(x.value, index, bits) };
    const results = await run(names.map((name) => nodes[name]!), given);
    names.forEach((name, i) => {
      const [found, wanted] = [indicesOf(results[i]!), where(name)];
      assert(wanted.length > 0, name);
      const what = `${name} of ${bits.toString(16)}`;
      if (atLeast) {
        assert(wanted.every((at) => found.includes(at)), `${what}: NaN at ${found}, wanted ${wanted}`);
      } else assertEquals(found, wanted, what);
    });
  }
}

const rectified = (x: Float32Array): Float64Array => Float64Array.from(x, (v) => (v < 0 ? 0 : v));

Deno.test("relu and sums with relu: NaN stays, −∞ and −0 become 0", async () => {
  // Rows with and without padding, sums of few terms and of many.
  for (const shape of [[2, 2, 3, 5], [3, 2, 4, 8]] as const) {
    const x = random("x", shape);
    const others = [2, 3, 4, 5].map((seed) => random(`o${seed}`, shape, seed));
    const [scale, bias] = [random("scale", [shape[0]], 6), random("bias", [shape[0]], 7)];
    const one = { x: x.node, scale: scale.node };
    const terms = [one, ...others.map(({ node }) => ({ x: node }))];
    const feeds = Object.fromEntries(
      [...others, scale, bias].map(({ node, value }) => [(node.attrs as { name: string }).name, value]),
    );
    const nodes = {
      relu: relu(x.node),
      few: combine([one], undefined, { relu: true }),
      biased: combine([one], bias.node, { relu: true }),
      many: combine(terms, undefined, { relu: true }),
      manyBiased: combine(terms, bias.node, { relu: true }),
      plain: combine(others.map(({ node }) => ({ x: node })).concat([{ x: x.node }]), undefined, {
        relu: true,
      }),
    };
    for (const index of [0, 6, elements(shape) - 1]) {
      await assertShows(nodes, x, index, () => [index], { feeds });
    }
  }
  const x = random("x", [1, 1, 1, 5]);
  x.value.set([-Infinity, -0, Infinity, -3.4e38, -1e-45]);
  const [result] = await run([relu(x.node)], { x: x.value });
  assertEquals([...result!].map((v) => Object.is(v, -0) ? "-0" : v), [0, 0, Infinity, 0, 0]);
});

const mappings: readonly [number, Shape][] = [[3, [5, 2, 3, 5]], [12, [10, 1, 4, 8]], [4, [1030, 1, 2, 3]]];
for (const [outputs, shape] of mappings) {
  Deno.test(`pointwise ${shape[0]} → ${outputs} and its weight gradient, with relu and without`, async () => {
    const columns = elements(shape.slice(1));
    const reference = trilinear((visit) => pointwiseTaps(outputs, shape[0]!, columns, visit));
    const [x, w] = [random("x", shape), random("w", [outputs, shape[0]!], 2)];
    const dy = random("dy", [outputs, ...shape.slice(1)], 3);
    const nodes = {
      y: pointwise(x.node, w.node),
      yRelu: pointwise(x.node, w.node, { relu: true }),
      dw: pointwiseWeightGrad(x.node, dy.node),
      dwRelu: pointwiseWeightGrad(x.node, dy.node, { relu: true }),
    };
    const naives = Object.fromEntries(Object.entries(nodes).map(([name, n]) => [`${name} naive`, naive(n)]));
    const index = columns + 2;
    const value = rectified(withNan(x.value, index, nans[0]!));
    const wanted = {
      y: indicesOf(reference.forward(value, w.value, outputs * columns)),
      dw: indicesOf(reference.weightGrad(value, dy.value, outputs * shape[0]!)),
    };
    const feeds = { w: w.value, dy: dy.value };
    const where = (name: string) => wanted[name.startsWith("y") ? "y" : "dw"];
    await assertShows({ ...nodes, ...naives }, x, index, where, { feeds });
  });
}

const filters: readonly [Shape, DepthwiseAttrs][] = [
  [[2, 2, 9, 9], { kernel: 3, stride: 1, dilation: 1 }],
  [[2, 2, 8, 8], { kernel: 3, stride: 2, dilation: 1 }],
  [[2, 2, 17, 33], { kernel: 5, stride: 1, dilation: 2 }],
  [[2, 2, 17, 33], { kernel: 3, stride: 2, dilation: 1 }],
];
for (const [shape, attrs] of filters) {
  Deno.test(`depthwise ${Object.values(attrs)} of [${shape}] and its weight gradient, through loaders`, async () => {
    const reference = trilinear((visit) => depthwiseTaps(shape, attrs, visit));
    const [x, w] = [random("x", shape), random("w", [shape[0]!, attrs.kernel ** 2], 2)];
    const [scale, shift] = [random("scale", [shape[0]!], 4), random("shift", [shape[0]!], 5)];
    const y = depthwise(x.node, w.node, attrs);
    const dy = random("dy", y.shape, 3);
    const dw = depthwiseWeightGrad(x.node, dy.node, attrs);
    const affine = { x: x.node, scale: scale.node, shift: shift.node, relu: true };
    const nodes = {
      y,
      yRelu: loadThrough(y, 0, { x: x.node, relu: true }),
      yAffine: loadThrough(y, 0, affine),
      dw,
      dwRelu: loadThrough(dw, 0, { x: x.node, relu: true }),
      dwAffine: loadThrough(dw, 0, affine),
    };
    const naives = Object.fromEntries(Object.entries(nodes).map(([name, n]) => [`${name} naive`, naive(n)]));
    const index = elements(shape) - shape[3]! * 3 - 2;
    const value = rectified(withNan(x.value, index, nans[0]!));
    const wanted = {
      y: indicesOf(reference.forward(value, w.value, elements(y.shape))),
      dw: indicesOf(reference.weightGrad(value, dy.value, elements(w.node.shape))),
    };
    const feeds = { w: w.value, dy: dy.value, scale: scale.value, shift: shift.value };
    const where = (name: string) => wanted[name.startsWith("y") ? "y" : "dw"];
    // Kernels take what lies outside the image for something inside times 0, which is NaN of NaN.
    await assertShows({ ...nodes, ...naives }, x, index, where, { feeds, atLeast: true });
  });
}

for (const [kernel, stride, pad] of [[3, 1, 1], [3, 2, 1], [2, 2, 0], [2, 2, 1]] as const) {
  Deno.test(`max pooling ${kernel}×${kernel} stride ${stride} pad ${pad}: NaN is the maximum of its windows`, async () => {
    const pool = { kernel, stride, pad };
    for (const shape of [[2, 2, 9, 13], [1, 1, 8, 8]] as const) {
      const x = random("x", shape);
      const windows = windowsOf(shape, pool);
      assertEquals(windows.length, elements(pooledShape(shape, pool)));
      for (const index of [0, Math.floor(elements(shape) / 2)]) {
        const holding = windows.flatMap((window, i) => (window.includes(index) ? [i] : []));
        await assertShows({ pool: maxPool(x.node, pool) }, x, index, () => holding);
      }
    }
  });
}

Deno.test("maxima, minima and limits of small tensors and of large ones", async () => {
  // Small ones are steps of a program, large ones have kernels of their own.
  for (const rows of [3, 3000]) {
    const [x, other] = [random("x", [rows, 5]), random("other", [rows, 5], 2)];
    const index = 5 * (rows - 1) + 3;
    const row = Array.from({ length: 5 }, (_, i) => 5 * (rows - 1) + i);
    const nodes = {
      max: max(x.node, 1),
      clamp: clamp(x.node, -1, 1),
      sign: sign(x.node),
      minOf: min(x.node, other.node),
      minWith: min(other.node, x.node),
      projected: projectRows(x.node),
      softmax: softmax(x.node, 1),
    };
    const where = (name: string) =>
      name === "max" ? [rows - 1] : ["projected", "softmax"].includes(name) ? row : [index];
    await assertShows(nodes, x, index, where, { feeds: { other: other.value } });
    // Wherever it stands in the reduced axis.
    for (let i = 0; i < rows; i += Math.ceil(rows / 7)) {
      await assertShows({ down: max(x.node, 0) }, x, 5 * i + 1, () => [1]);
    }
  }
});

Deno.test("moments: mean and variance of the channel", async () => {
  for (const shape of [[2, 2, 3, 5], [3, 4, 8, 8]] as const) {
    const x = random("x", shape);
    const index = elements(shape) - 1;
    await assertShows({ moments: moments(x.node) }, x, index, () => [shape[0] - 1, 2 * shape[0] - 1]);
  }
});

Deno.test("the variance over channels and the slope of a Dirichlet draw", async () => {
  const x = random("x", [3, 2, 3, 5]);
  await assertShows({ variance: inverseSquaredVariance(x.node) }, x, 7, () => [7]);
  const theta = { node: input("theta", [2, 3]), value: Float32Array.of(0.2, 0.3, 0.5, 0.1, 0.1, 0.8) };
  const feeds = { concentration: Float32Array.of(1, 2, 1, 0.5, 1, 1) };
  const slope = dirichletSlope(theta.node, input("concentration", [2, 3]));
  await assertShows({ slope }, theta, 4, () => [4], { feeds });
});
