/** Fair DARTS: its relaxation and loss against plain float64 loops, its rule of discretization, and cells of few edges. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { crossEntropy, input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax, type RelaxContext } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { countNetwork } from "../../src/network/count.ts";
import { discretize } from "../../src/network/darts/discretize.ts";
import { choicesOf } from "../../src/network/discretize.ts";
import type { DartsGenotype, GenotypeEdge } from "../../src/network/darts/genotype.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import {
  cellDiagrams,
  cellOperations,
  genotypeJson,
  genotypeText,
  readGenotype,
} from "../../src/network/genotype.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import type { OperationName } from "../../src/nn/operation_names.ts";
import { adam } from "../../src/optim/adam.ts";
import { cellFigure } from "../../src/report/cell_figure.ts";
import { describeCell } from "../../src/report/cell_text.ts";
import { collapseNote, emptyCellNotes } from "../../src/report/collapse_note.ts";
import { alphaUpdate } from "../../src/search/step_graphs.ts";
import { dartsSpaceByName } from "../network/darts_spaces.ts";
import { random, run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("fair-darts");
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const space = dartsSpaceByName("s5-7");
const layout = alphaLayout(space.matrices);
const raw = Float64Array.from({ length: layout.floats }, (_, i) => 3 * Math.sin(i));
raw[5] = 0;
/** Which floats of the vector are alphas. */
const used = layout.matrices.flatMap(({ offset, shape: [rows, columns] }) =>
  Array.from({ length: rows * columns }, (_, i) => offset + i)
);
const alphas = input("alphas", [layout.floats]);
const context: RelaxContext = { alphas, layout, cells: 2, key: undefined, numbers: {} };
const value = (node: Node): Float64Array => interpret([node], { alphas: raw })[0]!;

function close(got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-12): void {
  assertEquals(got.length, want.length);
  Array.from(want).forEach((w, i) =>
    assert(Math.abs(got[i]! - w) < tolerance, `[${i}] is ${got[i]}, wants ${w}`)
  );
}

Deno.test("fair-darts: the mixing weights are the sigmoids of the alphas, which start at 0", () => {
  const mixing = value(relax(method, methodSettings(), context));
  close(mixing, Float64Array.from(raw, (x, i) => used.includes(i) ? sigmoid(x) : 0));
  close(method.relaxation.row([-2, 0, 5]), [-2, 0, 5].map(sigmoid));
  assertEquals(method.start, { mean: 0, deviation: 0 });
});

const penalties = {
  l2: { value: (a: number) => (sigmoid(a) - 0.5) ** 2, slope: (a: number) => 2 * (sigmoid(a) - 0.5) },
  l1: { value: (a: number) => Math.abs(sigmoid(a) - 0.5), slope: (a: number) => Math.sign(sigmoid(a) - 0.5) },
} as const;
for (const [name, plain] of Object.entries(penalties)) {
  Deno.test(`fair-darts: the ${name} loss that drives sigmoids to 0 or 1, and its slope`, () => {
    const settings = methodSettings({ zeroOneLoss: name as "l1" | "l2", zeroOneWeight: 4 });
    const penalty = method.penalty!(settings, context);
    const mean = used.reduce((total, i) => total + plain.value(raw[i]!), 0) / used.length;
    close(value(penalty), [-4 * mean]);
    const [slope] = gradient(penalty, [alphas]) as [Node];
    const slopeOf = (a: number) => -4 / used.length * plain.slope(a) * sigmoid(a) * (1 - sigmoid(a));
    close(value(slope), Float64Array.from(raw, (a, i) => used.includes(i) ? slopeOf(a) : 0));
  });
}

Deno.test("fair-darts: the weight of that loss is 10, and the threshold 0.85", () => {
  const { zeroOneWeight, zeroOneLoss, edgeThreshold } = methodSettings();
  assertEquals([zeroOneWeight, zeroOneLoss, edgeThreshold], [10, "l2", 0.85]);
});

Deno.test("fair-darts: a node keeps the better of its edges that pass the threshold, none to two", () => {
  const columns = space.candidates.normal[0]!;
  const row = (operation: OperationName, weight: number) =>
    columns.map((name) => name === operation ? weight : 0.1);
  // The edges of nodes 2 and 3; those of 4 and 5 do not pass.
  const rows = [
    ...[row("skip_connect", 0.85), row("sep_conv_3x3", 0.84)],
    ...[row("sep_conv_5x5", 0.9), row("dil_conv_3x3", 0.99), row("max_pool_3x3", 0.95)],
    ...Array.from({ length: 9 }, () => row("avg_pool_3x3", 0.6)),
  ];
  const settings = methodSettings();
  const genotype = method.discretize!(settings, { normal: rows, reduce: rows }, space) as DartsGenotype;
  const none = (from: number): GenotypeEdge => ["none", from];
  assertEquals(genotype.normal, [
    ...[["skip_connect", 0] as const, none(1)],
    ...[["dil_conv_3x3", 1] as const, ["max_pool_3x3", 2] as const],
    ...[none(0), none(1)],
    ...[none(0), none(1)],
  ]);
  assertEquals(genotype.reduce, genotype.normal);
  const whole = discretize({ normal: rows, reduce: rows }, space);
  assertEquals(whole.normal[1], ["sep_conv_3x3", 1], "without a threshold every node has two");
});

const some: GenotypeEdge[] = [
  ["sep_conv_3x3", 0],
  ["none", 1],
  ["none", 0],
  ["none", 2],
  ["skip_connect", 3],
  [
    "dil_conv_3x3",
    1,
  ],
  ["none", 0],
  ["none", 1],
];
const none: GenotypeEdge[] = some.map(([, from]) => ["none", from]);
const genotype: DartsGenotype = {
  normal: some,
  normal_concat: [2, 3, 4, 5],
  reduce: none,
  reduce_concat: [2, 3, 4, 5],
};

Deno.test("a genotype of fewer edges is read as it is written", () => {
  assertStringIncludes(genotypeText(genotype), "normal=[('sep_conv_3x3', 0), ('none', 1),");
  for (const write of [genotypeJson, genotypeText]) {
    assertEquals(readGenotype(write(genotype), "test"), genotype);
  }
});

Deno.test("an edge that is not there chooses nothing, whether or not the space has none", () => {
  for (const name of ["s5", "s5-7"]) {
    const space = dartsSpaceByName(name);
    const columns = choicesOf(genotype, space).map(({ matrix, row, column }) => [
      matrix,
      space.edges[row]!.from,
      space.candidates.normal[row]![column],
    ]);
    const present = some.filter(([operation]) => operation !== "none");
    assertEquals(columns, present.map(([operation, from]) => ["normal", from, operation]));
  }
});

Deno.test("an edge that is not there is no operation, no drawing and no collapse", () => {
  assertEquals(cellOperations(genotype), [["sep_conv_3x3", "skip_connect", "dil_conv_3x3"], []]);
  const [normal, reduce] = cellDiagrams(genotype);
  assertEquals(normal!.nodes.map(({ edges }) => edges.length), [1, 0, 2, 0]);
  assertStringIncludes(describeCell(normal!), "Node 0 adds sep_conv_3x3 of c_{k-2}. Node 1 has no edges.");
  for (const cell of [normal!, reduce!]) assertStringIncludes(String(cellFigure(cell)), "<svg");
  assertEquals(collapseNote(genotype, "Another seed"), undefined);
  assertEquals(collapseNote({ ...genotype, normal: none }, "Another seed"), undefined);
});

Deno.test("every cell without an edge is named, with the numbers that left it so", () => {
  const rows: Readonly<Record<string, number[][]>> = { normal: [[0.1, 0.61234]], reduce: [[0.84999, 0.2]] };
  const why = (cell: string) => method.emptied!(methodSettings(), rows[cell]!);
  const [reduction, ...others] = emptyCellNotes(genotype, why);
  assertEquals(others, []);
  assertStringIncludes(reduction!, "The reduction cell has no edge");
  assertStringIncludes(
    reduction!,
    "largest sigmoid is 0.8499, and an edge is kept from ‹edgeThreshold› 0.85;",
  );
  assertStringIncludes(reduction!, "‹edgeThreshold› 0.84 keeps some.");
  const both = emptyCellNotes({ ...genotype, normal: none }, why);
  assertStringIncludes(both[0]!, "The normal cell has no edge");
  assertStringIncludes(both[0]!, "0.6123");
  assertEquals(both[1], reduction);
});

Deno.test("a network of fewer edges has their parameters and drop-paths only, and can be trained", async () => {
  const size = { channels: 4, layers: 3, classes: 3, imageChannels: 1 };
  const filled = (entries: readonly GenotypeEdge[]): GenotypeEdge[] =>
    entries.map(([name, from]) => [name === "none" ? "skip_connect" : name, from]);
  const net = evaluationNetwork(genotype, size);
  const names = net.layout.parameters.map(({ name }) => name);
  assertEquals(names.filter((name) => /^cells\.1\._ops/.test(name)), []);
  assert(names.includes("cells.0._ops.5.op.1.weight"), "an operation keeps the number of its entry");
  assertEquals(net.dropPaths, 2, "the convolutions of the one normal cell");
  assertEquals(
    countNetwork({ ...genotype, normal: filled(some) }, size, 12),
    countNetwork(genotype, size, 12),
    "a skip has no parameters either",
  );

  const images = random("images", [1, 4, 12, 12]);
  const parameters = input("parameters", [net.layout.parameterFloats]);
  const { logits } = net.build({
    images: images.node,
    parameters,
    dropPath: input("dropPath", [net.dropPaths, 4]),
    mode: "train",
  });
  const loss = crossEntropy(logits, input("labels", [4], "u32"));
  const feeds = {
    images: images.value,
    parameters: initialParameters(net.layout, [1, 2]),
    dropPath: new Float32Array(net.dropPaths * 4).fill(1),
    labels: Uint32Array.of(0, 1, 2, 0),
  };
  const results = await run([loss, ...gradient(loss, [parameters])], feeds);
  assert(results.every((values) => values.every(Number.isFinite)));
  assert(results[1]!.some((slope) => slope !== 0));
});

Deno.test("fair-darts: an architecture step goes along the loss and what drives the sigmoids", () => {
  const move = (nodes: Parameters<typeof adam>[0]) => adam(nodes, { beta1: 0, beta2: 0, weightDecay: 0 });
  const settings = { move };
  const moments = {
    alphaMean: input("mean", [layout.floats]),
    alphaVariance: input("variance", [layout.floats]),
  };
  const nodes = { alphas, ...moments, schedule: input("schedule", [2]) };
  const penalty = (a: Node) => method.penalty!(methodSettings(), { ...context, alphas: a });
  const slope = input("slope", [layout.floats]);
  const given = Float64Array.from({ length: layout.floats }, (_, i) => Math.cos(i));
  const feeds = { alphas: raw, slope: given, mean: given, variance: given, schedule: [1, 1] };
  const gradients = [penalty, undefined].map((p) =>
    alphaUpdate(slope, nodes, { ...settings, penalty: p }).alphaGradient
  );
  const [both, alone] = interpret(gradients, feeds);
  close(alone!, given);
  close(both!.map((x, i) => x - given[i]!), value(gradient(penalty(alphas), [alphas])[0]!));
});
