/** P-DARTS: its stages, how it shrinks a space, the dropout on skip connections, and the limit to their number. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { discretize } from "../../src/network/darts/discretize.ts";
import type { GenotypeEdge } from "../../src/network/darts/genotype.ts";
import { shrunkSpace, withFewSkips } from "../../src/network/darts/shrink.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { OperationName } from "../../src/nn/operation_names.ts";
import { uniformStream } from "../../src/random.ts";
import { type DartsSpace, spaceByName } from "../../src/spaces/mod.ts";
import { dartsSpaceByName } from "../network/darts_spaces.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("p-darts");
const { strategy } = method;
assert(strategy.kind === "staged");
const s5 = dartsSpaceByName("s5");
const stagesOf = (given: Parameters<typeof methodSettings>[0], epochs: number, layers: number) =>
  strategy.stages(methodSettings(given), { epochs, layers });
const kept = (count: number): number[] => stagesOf({}, 3, 5).map(({ operations }) => operations(count));

Deno.test("p-darts: three stages of 25 epochs, 5, 11 and 17 cells, 8, 5 and 3 operations, alphas resting for 10", () => {
  const config = resolve(searchCommand, { flags: { method: "p-darts", preset: "cifar10" } });
  const stages = strategy.stages(config, config);
  assertEquals(stages.map(({ settings }) => settings.epochs), [25, 25, 25]);
  assertEquals(stages.map(({ settings }) => settings.layers), [5, 11, 17]);
  assertEquals(kept(8), [8, 5, 3]);
  assertEquals([config.warmup, config.batch, config.archLr, config.lrMin], [10, 96, 6e-4, 0]);
  assertEquals(method.alphaClip!(config), 5);
});

Deno.test("p-darts: shorter searches and smaller spaces have stages in proportion", () => {
  const short = (epochs: number) => stagesOf({}, epochs, 4).map(({ settings }) => settings.epochs);
  assertEquals(short(8), [2, 3, 3]);
  assertEquals(short(2), [1, 1, 1], "no stage without an epoch");
  assertEquals(method.warmup(methodSettings(), 8, spaceByName("s5")), 1);
  assertEquals(stagesOf({}, 3, 4).map(({ settings }) => settings.layers), [4, 9, 14]);
  assertEquals(stagesOf({ addedLayers: 0 }, 3, 4).map(({ settings }) => settings.layers), [4, 4, 4]);
  assertEquals([7, 3, 2].map(kept), [[7, 4, 3], [3, 2, 2], [2, 2, 2]]);
});

Deno.test("p-darts: the dropout starts each stage with its own rate, and falls as in the public code", () => {
  const [, second] = stagesOf({ skipDropout: "0,0.4,0.7" }, 75, 5);
  const settings = methodSettings({ skipDropout: second!.settings.skipDropout! });
  const rate = (epoch: number) => method.numbers(settings, epoch, 25, 10)["skip_dropout"]!;
  [[0, 0.4 * 24 / 25], [9, 0.4 * 15 / 25], [10, 0.4], [15, 0.4 * Math.exp(-1)]].forEach(([epoch, want]) =>
    assertAlmostEquals(rate(epoch!), want!, 1e-12)
  );
  assertEquals(method.variant(settings), { skipDropout: true });
  assertEquals(method.numbers(methodSettings(), 0, 25, 10), {});
  assertEquals(method.variant(methodSettings()), { skipDropout: false });
});

Deno.test("p-darts: refuses rates that are not one a stage, and a warm-up as long as a stage", () => {
  for (const skipDropout of ["0.1", "0,0,1", "0,,0", "a,b,c"]) {
    assertThrows(() => stagesOf({ skipDropout }, 3, 4), UserError, "one for each stage");
  }
  const flags = { method: "p-darts", epochs: "6", warmup: "2" };
  assertThrows(() => resolve(searchCommand, { flags }), UserError, "none of the 2 epochs of a stage");
});

/** Rows of a space in which some operations of some edges are heavier than the even rest. */
const rowsOf = (
  space: DartsSpace,
  heavier: Readonly<Record<number, Partial<Record<OperationName, number>>>>,
) => space.candidates.normal.map((names, e) => names.map((name) => heavier[e]?.[name] ?? 0.01));

Deno.test("p-darts: every edge keeps its heaviest operations, in their order", () => {
  const rising = s5.edges.map(() => s5.candidates.normal[0]!.map((_, k) => k / 28));
  const mixed = rowsOf(s5, {
    0: { none: 0.3, avg_pool_3x3: 0.2, sep_conv_3x3: 0.1, dil_conv_5x5: 0.25, skip_connect: 0.05 },
  });
  const shrunk = shrunkSpace(s5, { normal: mixed, reduce: rising }, 5);
  assertEquals(shrunk.candidates.normal[0], [
    "none",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "dil_conv_5x5",
  ]);
  const last = ["skip_connect", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"] as const;
  for (const operations of shrunk.candidates.reduce) assertEquals(operations, last);
  assertEquals(shrunk.candidates.normal[1], last, "of equal ones the later columns");
  assertEquals(shrunk.matrices.map(({ rows }) => rows[3]!.choices.length), [5, 5]);
  const again = shrunkSpace(shrunk, {
    normal: shrunk.edges.map(() => [5, 4, 3, 2, 1]),
    reduce: shrunk.edges.map(() => [1, 5, 2, 4, 3]),
  }, 3);
  assertEquals(again.candidates.normal[0], ["none", "avg_pool_3x3", "skip_connect"]);
  assertEquals(again.candidates.reduce[0], ["sep_conv_3x3", "dil_conv_3x3", "dil_conv_5x5"]);
});

// Edges 0 and 1 enter node 2, 2 to 4 node 3, 5 to 8 node 4, 9 to 13 node 5.
const heavy = {
  0: { skip_connect: 0.9, sep_conv_3x3: 0.05 },
  1: { sep_conv_3x3: 0.5 },
  2: { sep_conv_5x5: 0.3 },
  3: { skip_connect: 0.4, dil_conv_3x3: 0.1 },
  4: { skip_connect: 0.5, dil_conv_5x5: 0.2 },
  5: { sep_conv_3x3: 0.6 },
  8: { sep_conv_3x3: 0.7, none: 0.9 },
  9: { skip_connect: 0.2, max_pool_3x3: 0.15 },
  13: { sep_conv_3x3: 0.3 },
} as const;

Deno.test("p-darts: the lightest skips give way, and with them their edges", () => {
  const normal = rowsOf(s5, heavy);
  const weights: AlphaRows = { normal, reduce: normal };
  const cells = (most: number): readonly GenotypeEdge[] => withFewSkips(weights, s5, most).normal;
  const common = [["sep_conv_3x3", 0], ["sep_conv_3x3", 3]] as const;
  const [skip0, node2] = [["skip_connect", 0], ["sep_conv_3x3", 1]] as const;
  const [skip1, skip2] = [["skip_connect", 1], ["skip_connect", 2]] as const;
  const free = [skip0, node2, skip1, skip2, ...common, ["skip_connect", 0], ["sep_conv_3x3", 4]];
  assertEquals<unknown>(cells(8), free);
  assertEquals<unknown>(cells(4), free);
  // The lightest is that of edge 9, whose pooling is left.
  const pooled = [["max_pool_3x3", 0], ["sep_conv_3x3", 4]];
  assertEquals<unknown>(cells(3), [skip0, node2, skip1, skip2, ...common, ...pooled]);
  // Then that of edge 3: edge 2 takes its place.
  assertEquals<unknown>(cells(2), [skip0, node2, ["sep_conv_5x5", 0], skip2, ...common, ...pooled]);
  assertEquals<unknown>(cells(0), [
    ["sep_conv_3x3", 0],
    node2,
    ...[["sep_conv_5x5", 0], ["dil_conv_5x5", 2]],
    ...common,
    ...pooled,
  ]);
  const reduce = withFewSkips(weights, s5, 0).reduce;
  assertEquals(reduce.filter(([name]) => name === "skip_connect").length, 4, "the reduction cell is free");
  assertEquals(discretize(weights, s5).normal[2], ["skip_connect", 2], "DARTS has the best edge first");
  const { "skip_limits.json": file } = strategy.files(methodSettings(), weights, s5) as Record<
    string,
    { chosen: number; cells: { max_skips: number; genotype: string }[] }
  >;
  assertEquals([file!.chosen, ...file!.cells.map(({ max_skips }) => max_skips)], [
    2,
    8,
    7,
    6,
    5,
    4,
    3,
    2,
    1,
    0,
  ]);
  assert(file!.cells[8]!.genotype.startsWith("Genotype(normal=[('sep_conv_3x3', 0)"));
});

Deno.test("p-darts: skips stay where an edge has nothing else", () => {
  const s3 = shrunkSpace(dartsSpaceByName("s3"), {
    normal: s5.edges.map(() => [0.5, 0.3, 0.2]),
    reduce: s5.edges.map(() => [0.5, 0.3, 0.2]),
  }, 2);
  const weights = { normal: rowsOf(s3, {}), reduce: rowsOf(s3, {}) };
  assertEquals(withFewSkips(weights, s3, 0).normal.map(([name]) => name), Array(8).fill("skip_connect"));
});

Deno.test("p-darts: identities, and only they, are dropped elementwise in training ≡ float64", () => {
  const net = supernet(dartsSpaceByName("s2"), { channels: 4, layers: 3, classes: 2 }, { skipDropout: true });
  const key = [5, 6] as const;
  const build = (mode: "train" | "eval"): Node =>
    net.build({
      images: input("images", [3, 2, 8, 8]),
      parameters: input("parameters", [net.layout.parameterFloats]),
      statistics: input("statistics", [net.layout.statisticsFloats]),
      noiseKey: input("noiseKey", [2], "u32"),
      mixing: input("mixing", [net.alphas.floats]),
      numbers: { skip_dropout: input("skip_dropout", [1]) },
      mode,
    }).logits;
  const dropped = (mode: "train" | "eval") =>
    topological([build(mode)]).filter(({ op }) => op.name === "dropout");
  assertEquals(dropped("eval").length, 0);
  // 14 edges of the normal cell, and of the two reduction cells the six that do not stride.
  const nodes = dropped("train");
  assertEquals(nodes.length, 14 + 2 * 6);
  const streams = nodes.map(({ attrs }) => (attrs as { stream: number }).stream);
  assertEquals(new Set(streams).size, nodes.length, "each has a mask of its own");
  const feeds = {
    images: Float64Array.from({ length: 3 * 2 * 64 }, (_, i) => Math.sin(i)),
    parameters: Float64Array.from({ length: net.layout.parameterFloats }, (_, i) => Math.cos(i)),
    noiseKey: key,
    mixing: new Float64Array(net.alphas.floats).fill(0.5),
    skip_dropout: [0.3],
  };
  const [first] = nodes;
  const [x, y] = interpret([first!.inputs[1]!, first!], feeds) as [Float64Array, Float64Array];
  y.forEach((value, i) => {
    const keep = uniformStream(key, streams[0]!, i) >= 0.3;
    assertAlmostEquals(value, keep ? x[i]! / 0.7 : 0, 1e-12);
  });
  assert(y.some((value) => value === 0) && y.some((value) => value !== 0));
});
