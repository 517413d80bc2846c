import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { aligned, type Layout } from "../../src/nn/parameters.ts";
import { stateDict } from "../../src/nn/state_dict.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { keyFromSeed } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

interface Header {
  readonly __metadata__: Readonly<Record<"space" | "channels" | "layers" | "classes", string>>;
  readonly [name: string]: { readonly shape: readonly number[] } | Readonly<Record<string, string>>;
}

/** The header of a safetensors file; its entries stand in the order of the state dict they came from. */
function header(path: URL): Header {
  const bytes = Deno.readFileSync(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
}

for (const name of ["gradients_s5", "gradients_s3", "hessian_s2"]) {
  Deno.test(`parameters of the supernet of ${name}: PyTorch's names, shapes and order`, () => {
    const { __metadata__: size, ...entries } = header(
      new URL(`../goldens/${name}.in.safetensors`, import.meta.url),
    );
    const wanted = Object.entries(entries)
      .filter(([entry]) => !/^(alphas_|input|target)/.test(entry))
      .map(([entry, value]) => [entry, value.shape] as const);
    const net = supernet(spaceByName(size.space), {
      channels: Number(size.channels),
      layers: Number(size.layers),
      classes: Number(size.classes),
    });
    assertEquals(net.layout.parameters.map(({ name, shape }) => [name, shape] as const), wanted as never);
    for (const { name, shape } of net.alphas.matrices) assertEquals(shape, entries[`alphas_${name}`]!.shape);
  });
}

const namesOf = (layout: Layout) => stateDict(layout).map(({ name }) => name);

Deno.test("state dict of a supernet: BatchNorm buffers after the parameters of their module", () => {
  const names = namesOf(supernet(spaceByName("s5"), { channels: 4, layers: 3, classes: 10 }).layout);
  assertEquals(names.slice(0, 11), [
    "stem.0.weight",
    "stem.1.weight",
    "stem.1.bias",
    "stem.1.running_mean",
    "stem.1.running_var",
    "stem.1.num_batches_tracked",
    "cells.0.preprocess0.op.1.weight",
    "cells.0.preprocess0.op.2.running_mean",
    "cells.0.preprocess0.op.2.running_var",
    "cells.0.preprocess0.op.2.num_batches_tracked",
    "cells.0.preprocess1.op.1.weight",
  ]);
  for (
    const name of [
      "cells.0._ops.0._ops.1.1.running_mean", // pool
      "cells.1._ops.0._ops.3.conv_2.weight", // strided skip
      "cells.1._ops.0._ops.3.bn.running_var",
      "cells.2._ops.13._ops.5.op.7.running_var", // separable
      "cells.2._ops.13._ops.7.op.3.running_var", // dilated
      "cells.2.preprocess0.conv_1.weight",
    ]
  ) assert(names.includes(name), name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("state dict of an evaluation network: operations in genotype order, pools without entries", () => {
  const { layout } = evaluationNetwork(publishedGenotypes.AmoebaNet, {
    channels: 4,
    layers: 3,
    classes: 10,
    auxiliary: true,
  });
  const names = namesOf(layout);
  const of = (prefix: string) =>
    names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  assertEquals(of("cells.0._ops.0."), []);
  assertEquals(of("cells.0._ops.2.").slice(0, 5), [
    "op.1.weight",
    "op.2.weight",
    "op.3.weight",
    "op.3.bias",
    "op.3.running_mean",
  ]);
  assertEquals(of("cells.1._ops.8.").slice(0, 4), ["1.weight", "2.weight", "3.weight", "3.bias"]);
  assertEquals(of("auxiliary_head.").filter((name) => !/running|tracked/.test(name)), [
    "features.2.weight",
    "features.3.weight",
    "features.3.bias",
    "features.5.weight",
    "features.6.weight",
    "features.6.bias",
    "classifier.weight",
    "classifier.bias",
  ]);
  assertEquals(names.slice(-2), ["classifier.weight", "classifier.bias"]);
});

Deno.test("layout: entries start at multiples of 4 floats and do not overlap", () => {
  const { layout } = supernet(spaceByName("s5"), { channels: 3, layers: 3, classes: 7 });
  let parameters = 0, statistics = 0;
  for (const { offset, shape, graphShape } of layout.parameters) {
    assertEquals(offset, parameters);
    const count = shape.reduce((a, b) => a * b, 1);
    assertEquals(graphShape.reduce((a, b) => a * b, 1), count);
    assert(graphShape.length <= 2);
    parameters = Math.ceil((offset + count) / 4) * 4;
  }
  for (const { offset, channels } of layout.batchNorms) {
    assertEquals(offset, statistics);
    statistics = Math.ceil((offset + 2 * channels) / 4) * 4;
  }
  assertEquals([layout.parameterFloats, layout.statisticsFloats], [parameters, statistics]);
});

Deno.test("initialParameters() follows PyTorch's defaults, by name and seed", () => {
  const { layout } = supernet(spaceByName("s2"), { channels: 4, layers: 3, classes: 10 });
  const flat = initialParameters(layout, keyFromSeed(1));
  const values = (name: string, of = layout, from = flat) => {
    const { offset, shape } = of.parameters.find((parameter) => parameter.name === name)!;
    return [...from.subarray(offset, offset + shape.reduce((a, b) => a * b, 1))];
  };
  assertEquals(new Set(values("stem.1.weight")), new Set([1]));
  assertEquals(new Set(values("stem.1.bias")), new Set([0]));
  const stem = values("stem.0.weight"); // fan-in 27
  const largest = Math.max(...stem.map(Math.abs));
  assert(largest <= 1 / Math.sqrt(27) && largest > 0.95 / Math.sqrt(27), String(largest));
  const mean = stem.reduce((a, b) => a + b) / stem.length;
  assert(Math.abs(mean) < 0.02, String(mean));
  const deeper = supernet(spaceByName("s2"), { channels: 4, layers: 5, classes: 10 }).layout;
  const name = "cells.0._ops.3._ops.1.op.2.weight";
  assertEquals(values(name, deeper, initialParameters(deeper, keyFromSeed(1))), values(name));
  assertNotEquals(values(name), values(name.replace("_ops.3", "_ops.4")));
  assertNotEquals(values(name, layout, initialParameters(layout, keyFromSeed(2))), values(name));
});

Deno.test("freshStatistics(): mean 0, variance 1", () => {
  const { layout } = supernet(spaceByName("s4"), { channels: 4, layers: 3, classes: 10 });
  const flat = freshStatistics(layout);
  for (const { offset, channels } of layout.batchNorms) {
    assertEquals([...flat.subarray(offset, offset + channels)], Array(channels).fill(0));
    assertEquals([...flat.subarray(offset + channels, offset + 2 * channels)], Array(channels).fill(1));
  }
});

Deno.test("layout: offsets beyond 32 bits are exact", () => {
  assertEquals(aligned(2 ** 32 + 1), 2 ** 32 + 4);
});
