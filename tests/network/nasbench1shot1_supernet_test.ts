/** The supernets of NAS-Bench-1Shot1. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { computeHessian } from "../../src/curvature/mod.ts";
import { UserError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { countSupernet } from "../../src/network/count.ts";
import type { NetworkSize } from "../../src/network/frame.ts";
import { supernet } from "../../src/network/supernet.ts";
import { countParameters, stateDict } from "../../src/nn/state_dict.ts";
import { stepNetwork } from "../../src/search/step_metadata.ts";
import { type Space, spaceByName } from "../../src/spaces/mod.ts";
import { configured } from "../../src/spaces/settings.ts";
import { stepFile } from "../golden/step_case.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { plainSupernet } from "../reference/nasbench1shot1.ts";

const space = (number: number) => spaceByName(`nasbench1shot1-${number}`);
const published = { channels: 16, layers: 9, classes: 10 };

// Parameters, alphas and state dict entries of the reference implementation.
for (
  const [number, parameters, alphas, entries] of [
    [1, 1_101_402, 24, 714],
    [2, 1_101_402, 26, 714],
    [3, 1_509_594, 35, 876],
  ] as const
) {
  Deno.test(`supernet nasbench1shot1-${number}: parameters, alphas and state dict entries`, () => {
    assertEquals(countSupernet(space(number), published), { parameters, alphas });
    assertEquals(stateDict(supernet(space(number), published).layout).length, entries);
    assertEquals(space(number).layers, 9);
  });
}

// PC-DARTS's port on these spaces.
for (const [number, parameters] of [[1, 492_570], [2, 492_570], [3, 748_554]] as const) {
  Deno.test(`supernet nasbench1shot1-${number} with one in four channels has ${parameters} parameters`, () => {
    const { layout } = supernet(space(number), published, { partialChannels: 4 });
    assertEquals(countParameters(layout), parameters);
  });
}

Deno.test("supernet of NAS-Bench-1Shot1: drop-path has a row for every block of every cell", () => {
  const net = supernet(space(3), { ...published, layers: 3 });
  const { logits } = net.build({
    images: input("images", [3, 2, 8, 8]),
    parameters: input("parameters", [net.layout.parameterFloats]),
    mixing: input("mixing", [net.alphas.floats]),
    dropPath: input("dropPath", [net.dropPaths, 2]),
    mode: "train",
  });
  assertEquals(net.dropPaths, 15);
  const rows = topological([logits]).filter(({ op, inputs }) =>
    op.name === "slice" && inputs[0]!.shape.join() === "15,2"
  );
  assertEquals(rows.map(({ attrs }) => (attrs as { offset: number }).offset / 2).sort((a, b) => a - b), [
    ...Array(15).keys(),
  ]);
});

Deno.test("step files of NAS-Bench-1Shot1 may have other settings of the space", () => {
  const file = stepFile({
    ...{ space: "nasbench1shot1-2", channels: 2, layers: 3, classes: 4, batch: 2, size: [8, 8] },
    imageChannels: 3,
  });
  const settings = (more: Record<string, string>) => {
    const net = stepNetwork({ ...file, metadata: { ...file.metadata, ...more } }).space;
    return net.kind === "nasbench1shot1" && [net.batchNormMomentum, net.poolPadding];
  };
  assertEquals(settings({}), [0.997, 1]);
  assertEquals(settings({ batch_norm_momentum: "0.1", pool_padding: "0" }), [0.1, 0]);
  assertThrows(() => settings({ pool_padding: "2" }), UserError, "metadata pool_padding");
});

Deno.test("supernet of NAS-Bench-1Shot1: the names of the public code", () => {
  const names = stateDict(supernet(space(1), published).layout).map(({ name }) => name);
  for (
    const name of [
      "stem.op.0.weight",
      "stem.op.1.bias",
      "cells.0._choice_blocks.0.mixed_op._ops.1.op.op.0.weight",
      "cells.8._choice_blocks.3.mixed_op._ops.2.op.op.1.running_var",
      "cells.0._input_projections.4.op.0.weight",
      "postprocess.op.1.weight",
      "postprocess.op.2.running_mean",
      "classifier.bias",
    ]
  ) assert(names.includes(name), name);
  // The pool has no parameters and no BatchNorm, and the last BatchNorm is not affine.
  assert(!names.some((name) => name.includes("_ops.0.") || name === "postprocess.op.2.weight"));
  const { momentum } = supernet(space(1), published).layout.batchNorms.at(-1)!;
  assertEquals(momentum, 0.1);
});

/** The graph of a supernet on one batch of images. */
function build(space: Space, pixels: number, size: NetworkSize = published): Node {
  const net = supernet(space, size);
  return net.build({
    images: input("images", [size.imageChannels ?? 3, 2, pixels, pixels]),
    parameters: input("parameters", [net.layout.parameterFloats]),
    mixing: input("mixing", [net.alphas.floats]),
    mode: "train",
  }).logits;
}

/** Shapes of the blocks' outputs side by side. */
const sizes = (given: Space, pixels: number): string[] => [
  ...new Set(
    topological([build(given, pixels)]).filter(({ op }) => op.name === "concat_channels")
      .map(({ shape }) => `${shape[0]}×${shape[2]}²`),
  ),
];

Deno.test("supernet of NAS-Bench-1Shot1: 32 → 17 → 9, or 16 → 8 without the padding", () => {
  assertEquals(sizes(space(1), 32), ["64×32²", "128×17²", "256×9²"]);
  assertEquals(sizes(space(3), 32), ["80×32²", "160×17²", "320×9²"]);
  assertEquals(sizes(space(2), 28), ["64×28²", "128×15²", "256×8²"]);
  const plain = configured(space(1), { batchNormMomentum: 0.1, poolPadding: 0 });
  assertEquals(sizes(plain, 32), ["64×32²", "128×16²", "256×8²"]);
});

Deno.test("supernet of NAS-Bench-1Shot1: the momentum of its BatchNorms is a setting", () => {
  const momenta = (given: Space) =>
    new Set(supernet(given, published).layout.batchNorms.slice(0, -1).map(({ momentum }) => momentum));
  assertEquals([...momenta(space(1))], [0.997]);
  assertEquals([...momenta(configured(space(1), { batchNormMomentum: 0.3, poolPadding: 1 }))], [0.3]);
  assertEquals(configured(spaceByName("s3"), { batchNormMomentum: 0.3, poolPadding: 1 }), spaceByName("s3"));
});

for (const [number, poolPadding, pixels] of [[1, 1, 7], [2, 0, 8], [3, 1, 8]] as const) {
  Deno.test(`supernet nasbench1shot1-${number} ≡ plain float64 loops over its definition`, () => {
    const given = configured(space(number), { batchNormMomentum: 0.997, poolPadding });
    const size = { channels: 2, layers: 3, classes: 3 };
    const net = supernet(given, size);
    const draw = (length: number, seed: number) =>
      Float64Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed));
    const images = draw(3 * 2 * pixels * pixels, 1);
    const [parameters, mixing] = [draw(net.layout.parameterFloats, 2), draw(net.alphas.floats, 3)];
    const [got] = interpret([build(given, pixels, size)], { images, parameters, mixing });
    const want = plainSupernet({
      parents: number === 1 ? [1, 2, 2, 2] : number === 2 ? [1, 1, 2, 2] : [1, 1, 1, 2, 2],
      pad: poolPadding,
      ...size,
      images: { channels: 3, count: 2, side: pixels, values: images },
      parameter: (name) => {
        const { offset, shape } = net.layout.parameters.find((spec) => spec.name === name)!;
        return parameters.subarray(offset, offset + shape.reduce((a, b) => a * b, 1));
      },
      mixing: (name, row) => {
        const { offset, shape } = net.alphas.matrices.find((matrix) => matrix.name === name)!;
        return mixing.subarray(offset + row * shape[1], offset + (row + 1) * shape[1]);
      },
    });
    got!.forEach((value, i) => assertAlmostEquals(value, want[i]!, 1e-9));
  });
}

Deno.test("Hessian over the alphas of nasbench1shot1-1: symmetric, one zero eigenvalue a row", async () => {
  const file = stepFile({
    ...{ space: "nasbench1shot1-1", channels: 2, layers: 1, classes: 4, batch: 4, size: [6, 6] },
    imageChannels: 3,
  });
  const results = await computeHessian(sharedRunner(), file, { spectrum: "full", fullLimit: 300 });
  const hessian = results.get("hessian")!.data as Float32Array;
  const largest = hessian.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < 24; i++) {
    for (let j = 0; j < i; j++) {
      assertAlmostEquals(hessian[24 * i + j]!, hessian[24 * j + i]!, 1e-4 * largest);
    }
  }
  // A softmax does not see what is added to its whole row: 4 blocks, the output, the inputs of two blocks.
  const eigenvalues = Array.from(results.get("eigenvalues")!.data as Float32Array, Math.abs);
  assertEquals(eigenvalues.filter((value) => value < 1e-4 * largest).length, 7);
});
