import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { EvaluationSize } from "../../src/network/frame.ts";
import type { NetworkSize } from "../../src/network/frame.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { Mode } from "../../src/nn/scope.ts";
import { type Space, spaceByName } from "../../src/spaces/mod.ts";

const small: NetworkSize = { channels: 4, layers: 3, classes: 10 };

interface Images {
  readonly pixels?: number;
  readonly batch?: number;
  readonly mode?: Mode;
}

function buildSupernet(space: Space, { pixels = 32, batch = 2, mode = "train" }: Images = {}, size = small) {
  const net = supernet(space, size);
  const { logits, moments } = net.build({
    images: input("images", [size.imageChannels ?? 3, batch, pixels, pixels]),
    parameters: input("parameters", [net.layout.parameterFloats]),
    statistics: mode === "eval" ? input("statistics", [net.layout.statisticsFloats]) : undefined,
    mixing: input("mixing", [net.alphas.floats]),
    noiseKey: input("noiseKey", [2], "u32"),
    mode,
  });
  return { net, logits, moments };
}

function buildNetwork(
  genotype: Genotype,
  size: EvaluationSize,
  { pixels = 32, batch = 2, mode = "train" }: Images = {},
  drop = false,
) {
  const net = evaluationNetwork(genotype, size);
  const outputs = net.build({
    images: input("images", [size.imageChannels ?? 3, batch, pixels, pixels]),
    parameters: input("parameters", [net.layout.parameterFloats]),
    statistics: mode === "eval" ? input("statistics", [net.layout.statisticsFloats]) : undefined,
    dropPath: drop ? input("dropPath", [net.dropPaths, batch]) : undefined,
    mode,
  });
  return { net, ...outputs };
}

function nodesOf(root: Node): Node[] {
  const seen = new Set<Node>();
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (!seen.has(node)) open.push(...node.inputs);
    seen.add(node);
  }
  return [...seen];
}
const count = (root: Node, op: string) => nodesOf(root).filter((node) => node.op.name === op).length;
const inputsOf = (root: Node) =>
  nodesOf(root).flatMap((node) => node.op.name === "input" ? [(node.attrs as { name: string }).name] : [])
    .sort();

for (const name of ["s1", "s2", "s3", "s4", "s5", "s5-7"]) {
  Deno.test(`supernet ${name}: logits, and the moments of every BatchNorm in order`, () => {
    const { net, logits, moments } = buildSupernet(spaceByName(name));
    assertEquals(logits.shape, [10, 2]);
    assertEquals(
      moments.map(({ shape }) => shape),
      net.layout.batchNorms.map(({ channels }) => [2, channels]),
    );
  });
}

Deno.test("supernet in eval mode reads the running statistics and takes no moments", () => {
  const { logits, moments } = buildSupernet(spaceByName("s3"), { mode: "eval" });
  assertEquals(moments, []);
  assertEquals(count(logits, "moments"), 0);
  assertEquals(inputsOf(logits), ["images", "mixing", "parameters", "statistics"]);
});

Deno.test("supernet in eval mode without statistics is a mistake of the caller", () => {
  const net = supernet(spaceByName("s2"), small);
  const mixing = input("mixing", [net.alphas.floats]);
  const parameters = input("parameters", [net.layout.parameterFloats]);
  const images = input("images", [3, 2, 32, 32]);
  assertThrows(
    () => net.build({ images, parameters, mixing, mode: "eval" }),
    TypeError,
    "stem.1 in eval mode",
  );
});

Deno.test("a node of the supernet is one combination of all its edges' operations", () => {
  const { logits } = buildSupernet(spaceByName("s5"));
  const widest = nodesOf(logits).filter((node) => node.op.name === "combine")
    .map((node) => node.inputs.filter(({ shape }) => shape.length === 4).length);
  // Node 5 has five edges with seven operations each; none adds nothing.
  assertEquals(Math.max(...widest), 35);
  assertEquals(widest.filter((terms) => terms === 35).length, 3);
});

Deno.test("every noise draws from a stream of its own", () => {
  const { logits } = buildSupernet(spaceByName("s4"));
  const noises = nodesOf(logits).filter((node) => node.op.name === "gaussian_noise");
  assertEquals(noises.length, 3 * 14);
  assertEquals(new Set(noises.map((node) => (node.attrs as { stream: number }).stream)).size, 3 * 14);
});

Deno.test("networks of 28×28 grey images: 28 → 14 → 7", () => {
  const size = { ...small, imageChannels: 1 };
  const { logits } = buildSupernet(spaceByName("s5"), { pixels: 28 }, size);
  const widths = new Set(nodesOf(logits).flatMap(({ shape }) => (shape.length === 4 ? [shape[3]] : [])));
  assertEquals([...widths].sort(), [14, 28, 7]);
  assertEquals(buildNetwork(publishedGenotypes.DARTS_V2, size, { pixels: 28 }).logits.shape, [10, 2]);
});

for (const pixels of [1, 2, 6, 30]) {
  Deno.test(`images of ${pixels}×${pixels} do not fit the reductions`, () => {
    const message = "Images do not fit the reductions: cells.";
    const size = { ...small, layers: 4 };
    assertThrows(() => buildSupernet(spaceByName("s5"), { pixels }, size), UserError, message);
    assertThrows(() => buildNetwork(publishedGenotypes.DARTS_V2, size, { pixels }), UserError, message);
  });
}

Deno.test("evaluation network: drop-path has a row for every operation but the identities", () => {
  // DARTS_V2: 2 of 8 normal edges are identities; in the reduction cell 3 skips leave node 2, so they are too.
  const { net, logits } = buildNetwork(publishedGenotypes.DARTS_V2, { ...small, layers: 4 }, {}, true);
  assertEquals(net.dropPaths, 2 * 6 + 2 * 5);
  assertEquals(count(logits, "sample_scale"), net.dropPaths);
  const rows = nodesOf(logits).filter((node) =>
    node.op.name === "slice" && node.inputs[0]!.shape[0] === net.dropPaths
  );
  assertEquals(
    new Set(rows.map((node) => (node.attrs as { offset: number }).offset / 2)).size,
    net.dropPaths,
  );
});

Deno.test("evaluation network: a strided skip is dropped like any operation", () => {
  const net = evaluationNetwork(publishedGenotypes.PC_DARTS_image, { ...small, layers: 1 });
  // The one cell is a reduction, whose skip_connect leaves node 1.
  assertEquals(net.dropPaths, 8);
});

Deno.test("evaluation network: auxiliary logits come with an auxiliary head only", () => {
  const { auxiliaryLogits, moments, net } = buildNetwork(publishedGenotypes.DARTS_V2, {
    ...small,
    auxiliary: true,
  });
  assertEquals(auxiliaryLogits?.shape, [10, 2]);
  assertEquals(moments.length, net.layout.batchNorms.length);
  assert(!("auxiliaryLogits" in buildNetwork(publishedGenotypes.DARTS_V2, small)));
});

Deno.test("evaluation network: the layouts of training and evaluation are one", () => {
  const size = { ...small, auxiliary: true };
  const { logits, net } = buildNetwork(publishedGenotypes.DARTS_V2, size, { mode: "eval" });
  const { offset, shape } = net.layout.parameters.find(({ name }) => name === "classifier.weight")!;
  const slices = nodesOf(logits).filter((node) =>
    node.op.name === "slice" && node.shape.join() === shape.join()
  );
  assertEquals(slices.map((node) => (node.attrs as { offset: number }).offset), [offset]);
});

Deno.test("evaluation network: the auxiliary head wants 8×8 maps", () => {
  const size = { ...small, auxiliary: true };
  const message =
    "Image too small for the auxiliary head: it reads an 8×8 feature map or larger and gets 7×7";
  assertThrows(() => buildNetwork(publishedGenotypes.DARTS_V2, size, { pixels: 28 }), UserError, message);
  assertEquals(buildNetwork(publishedGenotypes.DARTS_V2, size, { pixels: 64 }).auxiliaryLogits?.shape, [
    10,
    2,
  ]);
});

Deno.test("networks reject vectors of another network", () => {
  const { build, layout } = evaluationNetwork(publishedGenotypes.DARTS_V1, small);
  const images = input("images", [3, 2, 32, 32]);
  const parameters = input("parameters", [layout.parameterFloats + 4]);
  const message = `its parameters are [${layout.parameterFloats}], got [${layout.parameterFloats + 4}]`;
  assertThrows(() => build({ images, parameters, mode: "train" }), TypeError, message);
});

for (const [field, value] of [["channels", 0], ["layers", 2.5], ["classes", -1]] as const) {
  Deno.test(`networks reject ${field} ${value}`, () => {
    const size = { ...small, [field]: value };
    const message = `Cannot build a network with ${field} ${value}`;
    assertThrows(() => supernet(spaceByName("s2"), size), UserError, message);
    assertThrows(() => evaluationNetwork(publishedGenotypes.DARTS_V1, size), UserError, message);
  });
}
