/** The networks of NAS-Bench-201: sizes, names, and their function against plain float64 loops. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { flatten } from "../../src/network/alphas.ts";
import { countNetwork, countSupernet } from "../../src/network/count.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { stateDict } from "../../src/nn/state_dict.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { distance, norm } from "../golden/distance.ts";
import { interpret } from "../reference/interpreter.ts";
import { type Cell, nasbench201Logits } from "../reference/nasbench201.ts";

const space = spaceByName("nasbench201");
const whole = { channels: 16, layers: 15, classes: 10 };
const uniform = (o: string): string => `|${o}~0|+|${o}~0|${o}~1|+|${o}~0|${o}~1|${o}~2|`;

Deno.test("nasbench201: parameters and alphas of the supernet", () => {
  assertEquals(countSupernet(space, whole), { parameters: 1_686_106, alphas: 30 });
  assertEquals(countSupernet(space, { ...whole, classes: 100 }), { parameters: 1_691_956, alphas: 30 });
  assertEquals(space.layers, whole.layers);
});

// As the benchmark gives them: 1.531546 MB and 220.11969 M, and so on.
for (
  const [arch, parameters, macs] of [
    [uniform("none"), 73_306, 7_783_050],
    [uniform("skip_connect"), 73_306, 7_783_050],
    [uniform("nor_conv_3x3"), 1_531_546, 220_119_690],
    [
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|",
      1_288_506,
      184_730_250,
    ],
  ] as const
) {
  Deno.test(`nasbench201: parameters and multiply-adds of ${arch}`, () => {
    assertEquals(countNetwork({ arch }, whole), { parameters, macs });
  });
}

Deno.test("nasbench201: names in the state dict", () => {
  const has = (layout: Layout, ...names: readonly string[]): void => {
    const entries = stateDict(layout).map(({ name }) => name);
    for (const name of names) assert(entries.includes(name), name);
  };
  const { layout } = supernet(space, whole);
  has(
    layout,
    ...["stem.0.weight", "stem.1.weight", "stem.1.running_var", "lastact.0.weight", "classifier.bias"],
    ...["cells.0.edges.1<-0.2.op.1.weight", "cells.16.edges.3<-2.3.op.2.running_mean"],
    ...[5, 11].flatMap((c) =>
      ["conv_a.op.1", "conv_b.op.2", "downsample.1"].map((at) => `cells.${c}.${at}.weight`)
    ),
  );
  // BatchNorm in the cells of a supernet is not affine.
  assert(!layout.parameters.some(({ name }) => /edges.*op\.2\.weight/.test(name)));
  const kernel = layout.parameters.find(({ name }) => name === "cells.6.edges.2<-1.3.op.1.weight")!;
  assertEquals(kernel.shape, [32, 32, 3, 3]);
  has(evaluationNetwork({ arch: uniform("nor_conv_1x1") }, whole).layout, "cells.12.layers.5.op.2.weight");
});

const gaussian = (seed: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => normal([seed, 0], i));

const shape = [3, 2, 8, 12] as const;
const inputsOf = ({ parameterFloats }: Layout) => ({
  images: gaussian(1, elements(shape)),
  weights: gaussian(2, parameterFloats),
});
const nodes = ({ parameterFloats }: Layout) => ({
  images: input("images", shape),
  parameters: input("weights", [parameterFloats]),
  mode: "train" as const,
});

/** Compares logits of a graph with those of the plain loops. */
function check(layout: Layout, logits: Node, layers: number, stacks: readonly number[], cell: Cell): void {
  const { images, weights } = inputsOf(layout);
  const [got] = interpret([logits], { images, weights });
  const want = nasbench201Logits({ shape, data: images }, (name) => {
    const found = layout.parameters.find((spec) => spec.name === name);
    return found && weights.subarray(found.offset, found.offset + elements(found.shape));
  }, { channels: 2, classes: 5, stacks, cell });
  assert(
    distance(got!, want) < 1e-9 * norm(want),
    `${layers} layers: ${distance(got!, want)} of ${norm(want)}`,
  );
}

for (const [layers, stacks] of [[3, [1, 1, 1]], [4, [1, 1, 2]], [2, [0, 1, 1]]] as const) {
  const size = { channels: 2, layers, classes: 5 };

  Deno.test(`nasbench201: the supernet of ${layers} cells, as defined`, () => {
    const net = supernet(space, size);
    // Exact in float32.
    const mixing = Array.from(
      { length: 6 },
      (_, e) => [0, 1, 2, 3, 4].map((k) => ((3 * e + 5 * k) % 7 - 2) / 8),
    );
    const matrix = constant(Float32Array.from(mixing.flat()), [6, 5]);
    const { logits } = net.build({ ...nodes(net.layout), mixing: flatten([matrix], net.alphas) });
    check(net.layout, logits, layers, stacks, { mixing });
  });

  Deno.test(`nasbench201: a found network of ${layers} cells, as defined`, () => {
    const arch = "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|none~0|skip_connect~1|avg_pool_3x3~2|";
    const operations = [
      "nor_conv_3x3",
      "avg_pool_3x3",
      "nor_conv_1x1",
      "none",
      "skip_connect",
      "avg_pool_3x3",
    ];
    const net = evaluationNetwork({ arch }, size);
    check(net.layout, net.build(nodes(net.layout)).logits, layers, stacks, { operations });
  });
}

Deno.test("nasbench201: drop-path in the supernet scales the edges of each cell, row by row", () => {
  const net = supernet(space, { channels: 2, layers: 3, classes: 5 });
  assertEquals(net.dropPaths, 18);
  const scale = (row: number): number => (1 + row % 5) / 4;
  const even = (row: number): number[] => new Array<number>(5).fill(scale(row) / 4);
  const rows = (values: readonly (readonly number[])[]): Node =>
    constant(Float32Array.from(values.flat()), [values.length, values[0]!.length]);
  const logits = (mixing: Node, dropPath?: Node): Float64Array =>
    interpret([net.build({ ...nodes(net.layout), mixing, dropPath }).logits], inputsOf(net.layout))[0]!;
  // A mixing vector for each cell says the same as one for all with scaled edges.
  const cells = rows([0, 1, 2].map((c) => [0, 1, 2, 3, 4, 5].flatMap((e) => even(6 * c + e)).concat(0, 0)));
  const scales = rows(Array.from({ length: 18 }, (_, row) => [scale(row), scale(row)]));
  const quarter = constant(Float32Array.from({ length: 32 }, () => 1 / 4), [32]);
  const want = logits(cells);
  const got = logits(quarter, scales);
  assert(distance(got, want) < 1e-12 * norm(want), `${distance(got, want)} of ${norm(want)}`);
});

Deno.test("nasbench201: nodes without an input, as defined", () => {
  const arch = "|none~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|";
  const operations = ["none", "none", "none", "none", "nor_conv_3x3", "none"];
  const net = evaluationNetwork({ arch }, { channels: 2, layers: 3, classes: 5 });
  check(net.layout, net.build(nodes(net.layout)).logits, 3, [1, 1, 1], { operations });
});

Deno.test("nasbench201: images that cannot be halved twice, and an auxiliary head, are refused", () => {
  const net = supernet(space, { channels: 2, layers: 3, classes: 5 });
  const built = (side: number) =>
    net.build({
      ...nodes(net.layout),
      images: input("images", [3, 2, side, side]),
      mixing: input("mixing", [net.alphas.floats]),
    });
  assertEquals(built(28).logits.shape, [5, 2]);
  assertThrows(() => built(30), UserError, "Images do not fit the reductions: cells.3 has to halve a 15×15");
  const size = { ...whole, auxiliary: true };
  assertThrows(() => evaluationNetwork({ arch: uniform("none") }, size), UserError, "have no auxiliary head");
});
