/** DrNAS's two stages: their sizes, what they drop, and how the weights of one become those of a wider one. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, input, mul, sum } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax } from "../../src/methods/mod.ts";
import { drnasProgressive } from "../../src/methods/drnas_progressive.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { keptMixing, keptRows, keptVector, largestChoices } from "../../src/network/kept.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { SupernetVariant } from "../../src/network/variant.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { type NetworkVectors, widened } from "../../src/nn/widen.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { checkedSearch } from "../../pipelines/algorithm/checked.ts";
import { noiseData } from "../pipelines/noise_data.ts";
import { dirichletGradient, dirichletStream } from "../reference/dirichlet.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("drnas-progressive");
const { strategy } = drnasProgressive;
assert(strategy.kind === "staged");
const stagesOf = (epochs: number, stageParts = "4,2") =>
  strategy.stages(methodSettings({ stageParts }), { epochs, layers: 8 });

Deno.test("drnas-progressive: two stages of half the epochs, the second over three operations of five, four of seven", () => {
  const [first, second] = stagesOf(100);
  assertEquals([first!.settings, second!.settings], [
    { epochs: 50, layers: 8, stageParts: "4" },
    { epochs: 50, layers: 8, stageParts: "2" },
  ]);
  assertEquals([7, 5, 3, 2].map((count) => stagesOf(2).map(({ operations }) => operations(count))), [
    [7, 4],
    [5, 3],
    [3, 2],
    [2, 2],
  ]);
  assertEquals(stagesOf(25).map(({ settings }) => settings.epochs), [12, 13]);
  const resting = (epochs: number, space: string) =>
    method.warmup(methodSettings(), epochs, spaceByName(space));
  assertEquals([resting(100, "nasbench201"), resting(8, "nasbench201")], [10, 1]);
  assertEquals([resting(50, "s5"), resting(8, "s5")], [10, 2]);
  const variants = ["6,4", "2"].map((stageParts) => method.variant(methodSettings({ stageParts })));
  assertEquals(variants, [{ partialChannels: 6 }, { partialChannels: 2 }]);
  for (const stageParts of ["4", "2,4", "4,0", "4,1.5", "a,b", "4,2,1"]) {
    const { message, exitCode } = assertThrows(() => stagesOf(4, stageParts), UserError);
    assertEquals(exitCode, 2);
    assertStringIncludes(message, stageParts);
  }
});

Deno.test("drnas-progressive: settings of the publication on both kinds of space", () => {
  const of = (space: string) => {
    const { epochs, warmup, stageParts, channels, layers } = resolve(searchCommand, {
      flags: { preset: "cifar10", method: "drnas-progressive", space },
    });
    return { epochs, warmup, stageParts, channels, layers };
  };
  assertEquals(of("nasbench201"), { epochs: 100, warmup: 10, stageParts: "4,2", channels: 16, layers: 15 });
  assertEquals(of("s5-7"), { epochs: 50, warmup: 10, stageParts: "6,4", channels: 36, layers: 20 });
});

Deno.test("drnas-progressive: channels that do not fit the second stage are refused before the first", () => {
  const sizes = { space: "s3", layers: "2", batch: "8", method: "drnas-progressive" };
  const check = (flags: Record<string, string>) =>
    checkedSearch(resolve(searchCommand, { flags: { ...sizes, ...flags } }), noiseData);
  const { message, exitCode } = assertThrows(() => check({ channels: "6", stageParts: "6,4" }), UserError);
  assertEquals(exitCode, 2);
  assertStringIncludes(message, "one in 4 of 6 channels");
  check({ channels: "12", stageParts: "6,4" });
});

const row = { name: "1<-0", choices: ["none", "skip_connect", "nor_conv_3x3"] };
const layout = alphaLayout(["normal", "reduce"].map((name) => ({ name, title: "", rows: [row] })));
const kept = { normal: [[true, false, true]], reduce: [[true, true, false]] };
/** Floats between the matrices are nobody's. */
const flat = (first: readonly number[], second: readonly number[]) =>
  Float64Array.from([...first, 0, ...second, 0]);

Deno.test("kept: rows without what is dropped, divided by what is left, in graphs and on the host", () => {
  const [mixing] = interpret([keptMixing(input("mixing", [layout.floats]), kept, layout)], {
    mixing: flat([0.2, 0.3, 0.5], [0.4, 0.4, 0.2]),
  });
  const want = [0.285714, 0, 0.714286, 0, 0.5, 0.5, 0, 0];
  want.forEach((x, i) => assertAlmostEquals(mixing![i]!, x, 1e-6));
  const rows = keptRows({ normal: [[0.2, 0.3, 0.5]], reduce: [[0.4, 0.4, 0.2]] }, kept);
  rows["normal"]![0]!.forEach((x, k) => assertAlmostEquals(x, want[k]!, 1e-6));
  assertEquals(rows["reduce"], [[0.5, 0.5, 0]]);
  assertEquals([...keptVector(kept, layout)], [1, 0, 1, 0, 1, 1, 0, 0]);
});

Deno.test("kept: the largest alphas of each row, of equal ones the first", () => {
  assertEquals(largestChoices({ cell: [[0.1, -1, 0.3, 0.1], [-3, -1, -2, -4]] }, 2), {
    cell: [[true, false, true, false], [false, true, true, false]],
  });
});

Deno.test("drnas-progressive: a row is drawn over all operations, and its gradient is that of what is left of it", () => {
  const alphas = flat([-0.5, 0, 0.4], [0.3, -0.2, 0]);
  const cotangents = [1, -2, 0.5];
  const node = input("alphas", [layout.floats]);
  const key = [3, 4] as const;
  const context = { alphas: node, layout, cells: 3, numbers: {}, kept };
  const mixing = relax(method, methodSettings(), { ...context, key: input("key", [2], "u32") });
  const dy = constant(Float32Array.from(flat(cotangents, cotangents)), [layout.floats]);
  const [slope] = gradient(sum(mul(mixing, dy)), [node]);
  const [got, gradients] = interpret([mixing, slope!], { alphas, key });
  [kept.normal[0]!, kept.reduce[0]!].forEach((own, m) => {
    const raw = [...alphas.subarray(4 * m, 4 * m + 3)];
    const b = raw.map((x) => x > 0 ? 1 + x : Math.exp(x));
    const theta = dirichletStream(b, key, 17 * m, 0);
    const left = theta.reduce((total, x, k) => total + (own[k] ? x : 0), 0);
    const want = theta.map((x, k) => own[k] ? x / left : 0);
    const mean = want.reduce((total, x, k) => total + x * cotangents[k]!, 0);
    const byTheta = want.map((_, k) => own[k] ? (cotangents[k]! - mean) / left : 0);
    const byB = dirichletGradient(theta, b, byTheta);
    want.forEach((x, k) => {
      assertAlmostEquals(got![4 * m + k]!, x, 1e-12);
      assertAlmostEquals(gradients![4 * m + k]!, byB[k]! * (raw[k]! > 0 ? 1 : b[k]!), 1e-10);
    });
  });
});

const space = spaceByName("nasbench201");
const size = { channels: 4, layers: 3, classes: 3, imageChannels: 1 };
const netOf = (variant: SupernetVariant) => supernet(space, size, variant);
function vectorsOf({ layout }: ReturnType<typeof netOf>): NetworkVectors {
  const weights = initialParameters(layout, [1, 2]);
  return {
    weights,
    velocity: weights.map((w) => 2 * w),
    statistics: Float32Array.from(
      { length: layout.statisticsFloats },
      (_, i) => normal([5, 6], i) ** 2 + 0.5,
    ),
  };
}

Deno.test("a supernet without the operations that are dropped is the whole one where they have no weight", () => {
  const whole = netOf({});
  const rows = Array.from({ length: 6 }, (_, r) => [0, 1, 2, 3, 4].map((k) => (k + r) % 5 < 3));
  const less = netOf({ kept: { cell: rows } });
  assert(less.layout.parameters.length < whole.layout.parameters.length);
  const mixing = keptVector({ cell: rows }, whole.alphas).map((x, i) => x * (0.1 + (i % 7) / 10));
  const all = vectorsOf(whole);
  const own = widened(whole.layout, less.layout, all, [0, 0]);
  const images = Float64Array.from({ length: 2 * 64 }, (_, i) => normal([7, 8], i));
  const [want, got] = [[whole, all], [less, own]].map(([net, vectors]) => {
    const { layout, alphas, build } = net as typeof whole;
    const { logits } = build({
      images: input("images", [1, 2, 8, 8]),
      parameters: input("parameters", [layout.parameterFloats]),
      statistics: input("statistics", [layout.statisticsFloats]),
      mixing: input("mixing", [alphas.floats]),
      mode: "eval",
    });
    const { weights, statistics } = vectors as NetworkVectors;
    return interpret([logits], { images, parameters: weights, statistics, mixing })[0]!;
  });
  want!.forEach((x, i) => assertAlmostEquals(got![i]!, x, 1e-9));
});

Deno.test("widening copies channels by chance, as output and as input, with their momentum and statistics, undivided", () => {
  const [narrow, wide] = [netOf({ partialChannels: 4 }), netOf({ partialChannels: 2 })];
  const before = vectorsOf(narrow);
  const after = widened(narrow.layout, wide.layout, before, [3, 9]);
  const tensor = (net: typeof narrow, vectors: NetworkVectors, name: string) => {
    const { offset, shape } = net.layout.parameters.find((spec) => spec.name === name)!;
    const count = shape.reduce((product, n) => product * n, 1);
    return { shape, values: [...vectors.weights.subarray(offset, offset + count)], offset };
  };
  const statistics = (net: typeof narrow, { statistics }: NetworkVectors, name: string) => {
    const { offset, channels } = net.layout.batchNorms.find((spec) => spec.name === name)!;
    return [0, 1].map((part) => [...statistics.subarray(offset + part * channels).subarray(0, channels)]);
  };
  // Of the last stack: four channels go through its operations at one in four, eight at one in two.
  const names = wide.layout.parameters.map(({ name }) => name).filter((name) => name.startsWith("cells.4."));
  const last = names.filter((name) => /edges\.[^.]+\.3\..*weight$/.test(name));
  assert(last.length > 0, names.join());
  const orders = new Set<string>();
  for (const name of last) {
    const [old, now] = [tensor(narrow, before, name), tensor(wide, after, name)];
    assertEquals([old.shape.slice(0, 2), now.shape.slice(0, 2)], [[4, 4], [8, 8]]);
    const filter = (of: typeof old, o: number, i: number) =>
      of.values.slice((o * of.shape[1]! + i) * 9, (o * of.shape[1]! + i + 1) * 9).join();
    const norm = wide.layout.batchNorms.find((spec) =>
      wide.layout.entries.findIndex((entry) =>
        entry.spec === spec
      ) >
        wide.layout.entries.findIndex((entry) => entry.spec.name === name)
    )!.name;
    const [oldNorm, newNorm] = [statistics(narrow, before, norm), statistics(wide, after, norm)];
    const copies = newNorm[0]!.map((mean) => oldNorm[0]!.indexOf(mean));
    assertEquals(copies.slice(0, 4), [0, 1, 2, 3]);
    copies.forEach((o, c) => assertEquals(newNorm[1]![c], oldNorm[1]![o]));
    copies.forEach((o, row) =>
      copies.forEach((i, column) => assertEquals(filter(now, row, column), filter(old, o, i)))
    );
    orders.add(copies.join());
  }
  assert(orders.size > 1, "all operations copy the same channels");
  assertEquals(after.velocity, after.weights.map((w) => 2 * w));
  const stem = "stem.0.weight";
  assertEquals(tensor(wide, after, stem).values, tensor(narrow, before, stem).values);
  assertEquals(widened(narrow.layout, wide.layout, before, [3, 9]), after);
});
