/** PC-DARTS: the channels' paths and the edges' softmax against plain float64 loops, counts, discretization, searches. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import { maxPool, slice } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { alphaLayout, alphaTensors, flatten, matricesOf, softmaxRows } from "../../src/network/alphas.ts";
import { choicesOf, discretize } from "../../src/network/discretize.ts";
import { edgeMatrices } from "../../src/network/edge_weights.ts";
import type { DartsGenotype } from "../../src/network/darts/genotype.ts";
import { mixedNode } from "../../src/network/mixed_node.ts";
import { supernet } from "../../src/network/supernet.ts";
import { Scope } from "../../src/nn/scope.ts";
import { countParameters } from "../../src/nn/state_dict.ts";
import { softmax } from "../../src/softmax.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { assertClose } from "../kernels/close.ts";
import { checkGradient } from "../kernels/gradients.ts";
import { random, run } from "../kernels/harness.ts";
import { argmaxOf, gather, windowsOf } from "../reference/maps.ts";

const method = methodByName("pc-darts");
const variant = (port: "original" | "smoothdarts", partialChannels = 4) =>
  method.variant(methodSettings({ port, partialChannels }));

const [channels, images, side] = [8, 2, 6];
type Map4 = readonly [number, number, number, number];
const whole: Map4 = [channels, images, side, side];

const pooled = (x: Float64Array, shape: Map4, pool: { kernel: number; stride: number; pad: number }) =>
  Float64Array.from(gather(x, argmaxOf(x, windowsOf(shape, pool))));

/** MixedOp of two operations, a 3×3 pool and (where nothing strides) the identity, as the publication has it. */
function mixedOperation(x: Float64Array, [pool, identity]: readonly number[], stride: 1 | 2, parts: number) {
  const plane = images * side * side;
  const seen = channels / parts;
  const operands = x.slice(0, seen * plane);
  const maxima = pooled(operands, [seen, images, side, side], { kernel: 3, stride, pad: 1 });
  const mixed = maxima.map((m, i) => pool! * m + (stride === 1 ? identity! * operands[i]! : 0));
  const others = x.slice(seen * plane);
  const past = stride === 1
    ? others
    : pooled(others, [channels - seen, images, side, side], { kernel: 2, stride: 2, pad: 0 });
  const joined = [...mixed, ...past];
  // x.view(groups, channels / groups).transpose.flatten, a channel at a time.
  const size = joined.length / channels;
  const channel = (c: number) => joined.slice(c * size, (c + 1) * size);
  return Array.from(
    { length: seen },
    (_, j) => Array.from({ length: parts }, (_, group) => channel(group * seen + j)),
  ).flat(2);
}

/** A node of three edges: two inputs that may stride, and one that does not where the others do not. */
function nodeOf(parts: number, stride: 1 | 2) {
  const edges = [0, 1, 2].slice(0, stride === 1 ? 3 : 2);
  const xs = edges.map((e) => random(`x${e}`, whole, e + 1));
  const alphas = random("alphas", [edges.length, 2], 7);
  const betas = random("betas", [1, edges.length], 8);
  const layout = alphaLayout([
    {
      name: "cell",
      title: "Cell",
      rows: edges.map((e) => ({ name: `${e} → 3`, choices: ["max_pool_3x3", "skip_connect"] })),
    },
    ...edgeMatrices({
      tensor: "betas",
      title: "Cell",
      edges: edges.map((from) => ({ from, to: 3 })),
      stateName: String,
    }),
  ]);
  const mixing = softmaxRows(flatten([alphas.node, betas.node], layout), layout);
  const [operations, edgeWeights] = matricesOf(mixing, layout) as [Node, Node];
  const node = mixedNode(
    Scope.open({ mode: "train" }),
    edges.map((e) => ({
      x: xs[e]!.node,
      stride,
      operations: (x: Node) => [
        { value: { x: maxPool(x, { kernel: 3, stride, pad: 1 }) }, weight: slice(operations, 2 * e, [1]) },
        ...(stride === 1 ? [{ value: { x }, weight: slice(operations, 2 * e + 1, [1]) }] : []),
      ],
      weight: slice(edgeWeights, e, [1]),
    })),
    { partialChannels: parts },
  );
  const weights = softmax([...betas.value]);
  const terms = edges.map((e) => {
    const row = softmax([...alphas.value.subarray(2 * e, 2 * e + 2)]);
    return mixedOperation(Float64Array.from(xs[e]!.value), row, stride, parts).map((v) => v * weights[e]!);
  });
  const want = terms[0]!.map((_, i) => terms.reduce((sum, term) => sum + term[i]!, 0));
  return { node, want, variables: [...xs, alphas, betas] };
}

for (const stride of [1, 2] as const) {
  for (const parts of [2, 4, 8]) {
    Deno.test(`pc-darts: a node of stride ${stride} with 1/${parts} of the channels ≡ float64 loops`, async () => {
      const { node, want, variables } = nodeOf(parts, stride);
      const names = ["x0", "x1", "x2"].slice(0, variables.length - 2).concat("alphas", "betas");
      const feeds = Object.fromEntries(variables.map(({ value }, i) => [names[i]!, value]));
      const [got] = await run([node], feeds);
      assertClose(got!, want, `node of stride ${stride}, K = ${parts}`);
    });
  }
}

Deno.test("pc-darts: gradients of a node in its alphas and betas ≡ finite differences", async () => {
  const { node, variables } = nodeOf(4, 1);
  await checkGradient(node, variables.slice(-2), {
    feeds: Object.fromEntries(
      variables.map(({ node, value }) => [(node.attrs as { name: string }).name, value]),
    ),
  });
});

Deno.test("pc-darts: parameters and alphas are the reference's", () => {
  const size = { channels: 16, classes: 10 };
  const counts = (name: string, port: "original" | "smoothdarts", layers = 8) => {
    const { layout, alphas } = supernet(spaceByName(name), { ...size, layers }, variant(port));
    return [countParameters(layout), alphas.count];
  };
  assertEquals(counts("s1", "smoothdarts"), [130946, 56]);
  assertEquals(counts("s2", "smoothdarts"), [149946, 56]);
  assertEquals(counts("s3", "smoothdarts"), [149946, 84]);
  assertEquals(counts("s4", "smoothdarts"), [147386, 56]);
  assertEquals(counts("s5-7", "smoothdarts"), [299578, 196]);
  assertEquals(counts("s5", "original"), [299578, 252]);
  assertEquals(counts("nasbench1shot1-1", "smoothdarts", 9), [492570, 24]);
  assertEquals(counts("nasbench1shot1-2", "smoothdarts", 9), [492570, 26]);
  assertEquals(counts("nasbench1shot1-3", "smoothdarts", 9), [748554, 35]);
  // NAS-Bench-201: three nodes with 1, 2 and 3 edges.
  assertEquals(
    supernet(spaceByName("nasbench201"), { ...size, layers: 15 }, variant("original")).alphas.count,
    30 + 6,
  );
});

Deno.test("pc-darts: channels that K does not divide are refused, with what to change", () => {
  const build = () =>
    supernet(spaceByName("s2"), { channels: 6, layers: 2, classes: 3 }, variant("original"));
  const error = assertThrows(build, UserError);
  assertEquals(error.exitCode, 2);
  assertStringIncludes(error.message, "one in 4 of 6 channels");
  assertStringIncludes(error.message, "‹channels›");
});

Deno.test("pc-darts: betas_normal and betas_reduce are one tensor each, in the order of the edges", () => {
  const { alphas } = supernet(spaceByName("s2"), { channels: 4, layers: 2, classes: 3 }, variant("original"));
  const tensors = alphaTensors(alphas);
  assertEquals(tensors.map(({ name, shape }) => [name, shape]), [
    ["alphas_normal", [14, 2]],
    ["alphas_reduce", [14, 2]],
    ["betas_normal", [14]],
    ["betas_reduce", [14]],
  ]);
  assertEquals(tensors[2]!.pieces.map(({ floats }) => floats), [2, 3, 4, 5]);
});

Deno.test("pc-darts: edge weights reverse the ranking of edges (worked example)", () => {
  const space = spaceByName("s5");
  // Node 3 of the example; columns none, pools, skip, separable and dilated convolutions.
  const rows: number[][] = Array.from({ length: 14 }, () => [0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  rows[2] = [0.60, 0.05, 0.05, 0.12, 0.08, 0.04, 0.03, 0.03];
  rows[3] = [0.20, 0.10, 0.10, 0.14, 0.16, 0.10, 0.10, 0.10];
  rows[4] = [0.10, 0.10, 0.10, 0.30, 0.15, 0.10, 0.10, 0.05];
  const plain = { normal: rows, reduce: rows };
  const betas = [2, 3, 4, 5].flatMap((to) =>
    ["normal", "reduce"].map((cell) => [`betas_${cell}_${to}`, [new Array<number>(to).fill(1 / to)]] as const)
  );
  const weighted = {
    ...plain,
    ...Object.fromEntries(betas),
    betas_normal_3: [softmax([Math.log(6), Math.log(3), 0])],
  };
  const cells = (weights: Parameters<typeof discretize>[0]) => discretize(weights, space) as DartsGenotype;
  assertEquals(cells(plain).normal.slice(2, 4), [["skip_connect", 2], ["sep_conv_3x3", 1]]);
  assertEquals(cells(weighted).normal.slice(2, 4), [["skip_connect", 0], ["sep_conv_3x3", 1]]);
  assertEquals(cells(weighted).reduce.slice(2, 4), [["skip_connect", 2], ["sep_conv_3x3", 1]]);
  // The edges that stay keep their weights in a supernet of the cell.
  const kept = choicesOf(cells(weighted), space, variant("original"))
    .filter(({ matrix }) => matrix === "betas_normal_3");
  assertEquals(kept.map(({ column }) => column), [0, 1]);
});

Deno.test("pc-darts: on NAS-Bench-201 edge weights rank nothing", () => {
  const space = spaceByName("nasbench201");
  const cell = Array.from({ length: 6 }, (_, e) => [0, 1, 2, 3, 4].map((k) => (k === e % 5 ? 0.6 : 0.1)));
  const betas = { betas_1: [[1]], betas_2: [[0.9, 0.1]], betas_3: [[0, 0.1, 0.9]] };
  assertEquals(discretize({ cell, ...betas }, space), discretize({ cell }, space));
  const all = choicesOf(discretize({ cell }, space), space, variant("original"));
  assertEquals(all.length, 12);
});

Deno.test("pc-darts: published settings, warm-up, and versions that a space or a method does not have", () => {
  const config = (flags: Record<string, string>) =>
    resolve(searchCommand, { flags: { method: "pc-darts", preset: "cifar10", ...flags } });
  const { batch, lr, lrMin, archLr, weightDecay, epochs, warmup, port } = config({});
  assertEquals(
    { batch, lr, lrMin, archLr, weightDecay, epochs, warmup, port },
    {
      ...{ batch: 256, lr: 0.1, lrMin: 0, archLr: 6e-4, weightDecay: 3e-4 },
      ...{ epochs: 50, warmup: 15, port: "original" },
    },
  );
  assertEquals(config({ epochs: "10" }).warmup, 3);
  const ported = config({ port: "smoothdarts", space: "s2" });
  assertEquals([ported.batch, ported.lr, ported.warmup, ported.epochs], [64, 0.025, 0, 50]);
  const refused = (flags: Record<string, string>, message: string) => {
    const error = assertThrows(() => config(flags), UserError);
    assertEquals(error.exitCode, 2);
    assertStringIncludes(error.message, message);
  };
  assertEquals(config({ space: "nasbench1shot1-1" }).port, "smoothdarts");
  refused({ space: "nasbench1shot1-1", port: "original" }, "it has smoothdarts there");
  refused({ port: "1shot1" }, "it has original, smoothdarts there");
  refused({ method: "darts", port: "original" }, "darts has one");
  assert(config({ method: "darts" }).port === undefined);
});
