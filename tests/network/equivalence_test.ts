/** Networks against each other: what must be equal whatever the weights. */
import { assert } from "@std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { keyFromSeed } from "../../src/random.ts";
import { cellTypes, type Space, spaceByName } from "../../src/spaces/mod.ts";
import { random, run } from "../kernels/harness.ts";

const size = { channels: 4, layers: 4, classes: 5 };
const images = random("images", [3, 3, 12, 12]);
const feeds = { images: images.value };

// Every operation of S2 at stride 1 and 2; S2 has no pools, whose BatchNorm only the supernet has.
const genotype: Genotype = {
  normal: [
    ["sep_conv_3x3", 1],
    ["skip_connect", 0],
    ["skip_connect", 2],
    ["sep_conv_3x3", 0],
    ["sep_conv_3x3", 3],
    ["sep_conv_3x3", 2],
    ["skip_connect", 1],
    ["sep_conv_3x3", 4],
  ],
  normal_concat: [2, 3, 4, 5],
  reduce: [
    ["skip_connect", 0],
    ["sep_conv_3x3", 1],
    ["sep_conv_3x3", 0],
    ["skip_connect", 1],
    ["sep_conv_3x3", 2],
    ["skip_connect", 3],
    ["sep_conv_3x3", 4],
    ["sep_conv_3x3", 1],
  ],
  reduce_concat: [2, 3, 4, 5],
};

/** Mixing weights that are 1 for the operations of the genotype and 0 elsewhere. */
function oneHot(space: Space): Record<"normal" | "reduce", Float32Array> {
  const [edges, operations] = supernet(space, size).alphaShape;
  const mixing = {
    normal: new Float32Array(edges * operations),
    reduce: new Float32Array(edges * operations),
  };
  for (const cell of cellTypes) {
    genotype[cell].forEach(([, from], i) =>
      mixing[cell][edgeOf(space, i, from) * operations + column(space, cell, i)] = 1
    );
  }
  return mixing;
}
const edgeOf = (space: Space, i: number, from: number) =>
  space.edges.findIndex((edge) => edge.to === 2 + Math.floor(i / 2) && edge.from === from);
const column = (space: Space, cell: "normal" | "reduce", i: number) => {
  const [name, from] = genotype[cell][i]!;
  return space.candidates[cell][edgeOf(space, i, from)]!.indexOf(name);
};

/** The evaluation network's parameters, taken from the supernet's; BatchNorm stays at weight 1 and bias 0. */
function inherited(space: Space, from: Layout, values: Float32Array, to: Layout): Float32Array {
  const flat = initialParameters(to, keyFromSeed(0));
  for (const { name, shape, offset } of to.parameters) {
    const original = name.replace(/^(cells\.(\d+)\._ops)\.(\d+)/, (_, path, c, i) => {
      const cell = ["1", "2"].includes(c) ? "reduce" : "normal";
      const edge = edgeOf(space, Number(i), genotype[cell][Number(i)]![1]);
      return `${path}.${edge}._ops.${column(space, cell, Number(i))}`;
    });
    const source = from.parameters.find((parameter) => parameter.name === original);
    if (source) flat.set(values.subarray(source.offset, source.offset + elements(shape)), offset);
  }
  return flat;
}

function assertClose(got: Float32Array, wanted: Float32Array, tolerance = 1e-5): void {
  const error = Math.hypot(...got.map((x, i) => x - wanted[i]!)) / Math.hypot(...wanted);
  assert(
    error <= tolerance,
    `relative error ${error}: ${[...got.slice(0, 5)]}, wants ${[...wanted.slice(0, 5)]}`,
  );
}

const s2 = spaceByName("s2");
const whole = supernet(s2, size);
const weights = initialParameters(whole.layout, keyFromSeed(3));
const mixing = { normal: input("normal", whole.alphaShape), reduce: input("reduce", whole.alphaShape) };
const parameters = input("parameters", [whole.layout.parameterFloats]);

Deno.test("a supernet whose mixing weights pick a genotype is that genotype's network", async () => {
  const supernetFeeds = { ...feeds, ...oneHot(s2), parameters: weights };
  const wide = whole.build({ images: images.node, parameters, mixing, mode: "train" });
  const [wanted] = await run([wide.logits], supernetFeeds);

  const net = evaluationNetwork(genotype, size);
  const narrow = net.build({
    images: images.node,
    parameters: input("parameters", [net.layout.parameterFloats]),
    mode: "train",
  });
  const [got] = await run([narrow.logits], {
    ...feeds,
    parameters: inherited(s2, whole.layout, weights, net.layout),
  });
  assertClose(got!, wanted!);
});

Deno.test("eval mode at the statistics of a batch is train mode on that batch", async () => {
  const supernetFeeds = { ...feeds, ...oneHot(s2), parameters: weights };
  const train = whole.build({ images: images.node, parameters, mixing, mode: "train" });
  const [wanted, ...moments] = await run([train.logits, ...train.moments], supernetFeeds);

  const statistics = new Float32Array(whole.layout.statisticsFloats);
  whole.layout.batchNorms.forEach(({ offset }, i) => statistics.set(moments[i]!, offset));
  const evaluated = whole.build({
    images: images.node,
    parameters,
    statistics: input("statistics", [statistics.length]),
    mixing,
    mode: "eval",
  });
  const [got] = await run([evaluated.logits], { ...supernetFeeds, statistics });
  assertClose(got!, wanted!);
});

Deno.test("drop-path: keeping all is dropping nothing, and a dropped sample alone loses its paths", async () => {
  const net = evaluationNetwork(genotype, { ...size, auxiliary: false });
  const statistics = new Float32Array(net.layout.statisticsFloats);
  for (const { offset, channels } of net.layout.batchNorms) {
    statistics.fill(1, offset + channels, offset + 2 * channels);
  }
  // Running statistics keep the samples independent of each other.
  const build = (drop: boolean) =>
    net.build({
      images: images.node,
      parameters: input("parameters", [net.layout.parameterFloats]),
      statistics: input("statistics", [statistics.length]),
      dropPath: drop ? input("dropPath", [net.dropPaths, 3]) : undefined,
      mode: "eval",
    }).logits;
  const all = { ...feeds, statistics, parameters: initialParameters(net.layout, keyFromSeed(4)) };
  const [plain] = await run([build(false)], all);
  const keep = new Float32Array(net.dropPaths * 3).fill(1);
  const [kept] = await run([build(true)], { ...all, dropPath: keep });
  assertClose(kept!, plain!, 1e-6);

  const [dropped] = await run([build(true)], { ...all, dropPath: keep.map((_, i) => (i % 3 === 1 ? 0 : 1)) });
  const sample = (logits: Float32Array, n: number) => logits.filter((_, i) => i % 3 === n);
  assertClose(sample(dropped!, 0), sample(plain!, 0), 1e-6);
  assertClose(sample(dropped!, 2), sample(plain!, 2), 1e-6);
  // Without its strided paths nothing of the image reaches the classifier, whose bias is left.
  const bias = net.layout.parameters.find(({ name }) => name === "classifier.bias")!;
  assertClose(sample(dropped!, 1), all.parameters.subarray(bias.offset, bias.offset + size.classes), 1e-6);
});
