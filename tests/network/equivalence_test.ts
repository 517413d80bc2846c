/** Networks against each other: what must be equal whatever the weights. */
import { assert } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { DartsGenotype } from "../../src/network/darts/genotype.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { keyFromSeed } from "../../src/random.ts";
import { cellTypes, type DartsSpace } from "../../src/spaces/mod.ts";
import { random, run } from "../kernels/harness.ts";
import { dartsSpaceByName } from "./darts_spaces.ts";

const size = { channels: 4, layers: 4, classes: 5 };
const images = random("images", [3, 3, 12, 12]);
const feeds = { images: images.value };

// Every operation of S2 at stride 1 and 2; S2 has no pools, whose BatchNorm only the supernet has.
const all: DartsGenotype = {
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

/** One with a node of one edge, one of none, and one that reads the latter. */
const sparse: DartsGenotype = {
  ...all,
  normal: all.normal.map(([name, from], i) => i === 0 || i === 2 || i === 3 ? ["none", from] : [name, from]),
  reduce: all.reduce.map(([name, from], i) => i === 1 || i > 5 ? ["none", from] : [name, from]),
};

/** Mixing weights that are 1 for the operations of a genotype and 0 elsewhere. */
function oneHot(space: DartsSpace, genotype: DartsGenotype): Record<"mixing", Float32Array> {
  const { matrices, floats } = supernet(space, size).alphas;
  const mixing = new Float32Array(floats);
  for (const cell of cellTypes) {
    const { offset, shape: [, operations] } = matrices.find(({ name }) => name === cell)!;
    genotype[cell].forEach(([name, from], i) => {
      if (name === "none") return;
      mixing[offset + edgeOf(space, i, from) * operations + column(space, cell, genotype[cell], i)] = 1;
    });
  }
  return { mixing };
}
const edgeOf = (space: DartsSpace, i: number, from: number) =>
  space.edges.findIndex((edge) => edge.to === 2 + Math.floor(i / 2) && edge.from === from);
const column = (
  space: DartsSpace,
  cell: "normal" | "reduce",
  entries: DartsGenotype["normal"],
  i: number,
) => {
  const [name, from] = entries[i]!;
  return space.candidates[cell][edgeOf(space, i, from)]!.indexOf(name);
};

/** The evaluation network's parameters, taken from the supernet's; BatchNorm stays at weight 1 and bias 0. */
function inherited(
  space: DartsSpace,
  genotype: DartsGenotype,
  { from, values, to }: { readonly from: Layout; readonly values: Float32Array; readonly to: Layout },
): Float32Array {
  const flat = initialParameters(to, keyFromSeed(0));
  for (const { name, shape, offset } of to.parameters) {
    const original = name.replace(/^(cells\.(\d+)\._ops)\.(\d+)/, (_, path, c, i) => {
      const cell = ["1", "2"].includes(c) ? "reduce" : "normal";
      const edge = edgeOf(space, Number(i), genotype[cell][Number(i)]![1]);
      return `${path}.${edge}._ops.${column(space, cell, genotype[cell], Number(i))}`;
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

const s2 = dartsSpaceByName("s2");
const whole = supernet(s2, size);
const weights = initialParameters(whole.layout, keyFromSeed(3));
const mixing = input("mixing", [whole.alphas.floats]);
const parameters = input("parameters", [whole.layout.parameterFloats]);

for (const [what, genotype] of Object.entries({ genotype: all, "genotype of fewer edges": sparse })) {
  Deno.test(`a supernet whose mixing weights pick a ${what} is its network`, async () => {
    const supernetFeeds = { ...feeds, ...oneHot(s2, genotype), parameters: weights };
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
      parameters: inherited(s2, genotype, { from: whole.layout, values: weights, to: net.layout }),
    });
    assertClose(got!, wanted!);
  });
}

Deno.test("eval mode at the statistics of a batch is train mode on that batch", async () => {
  const supernetFeeds = { ...feeds, ...oneHot(s2, all), parameters: weights };
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
  const net = evaluationNetwork(all, { ...size, auxiliary: false });
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
  const given = { ...feeds, statistics, parameters: initialParameters(net.layout, keyFromSeed(4)) };
  const [plain] = await run([build(false)], given);
  const keep = new Float32Array(net.dropPaths * 3).fill(1);
  const [kept] = await run([build(true)], { ...given, dropPath: keep });
  assertClose(kept!, plain!, 1e-6);

  const [dropped] = await run([build(true)], {
    ...given,
    dropPath: keep.map((_, i) => (i % 3 === 1 ? 0 : 1)),
  });
  const sample = (logits: Float32Array, n: number) => logits.filter((_, i) => i % 3 === n);
  assertClose(sample(dropped!, 0), sample(plain!, 0), 1e-6);
  assertClose(sample(dropped!, 2), sample(plain!, 2), 1e-6);
  // Without its strided paths nothing of the image reaches the classifier, whose bias is left.
  const bias = net.layout.parameters.find(({ name }) => name === "classifier.bias")!;
  assertClose(sample(dropped!, 1), given.parameters.subarray(bias.offset, bias.offset + size.classes), 1e-6);
});
