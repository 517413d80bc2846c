/** Random search with weight sharing: what is drawn, which weights a step trains, and which candidate wins. */
import { assert, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { crossEntropy, input, slice } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import { choicesOf, discreteMixing, sampledMixing } from "../../src/network/discretize.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { fold, type Key, keyFromSeed, normal, uniform } from "../../src/random.ts";
import { type Space, spaceByName, spaces } from "../../src/spaces/mod.ts";
import { mostAccurate } from "../../pipelines/strategies/weight_sharing.ts";
import { run } from "../kernels/harness.ts";

const { strategy } = methodByName("random-ws");
assert(strategy.kind === "weight sharing");
const size = { channels: 4, layers: 3, classes: 2 };
const drawing = (key: Key) => {
  let drawn = 0;
  return (below: number) => Math.floor(below * uniform(key, drawn++));
};
const draw = (space: Space, i: number) => {
  const { alphas } = supernet(space, size);
  const mixing = sampledMixing(space, alphas, drawing(fold(keyFromSeed(4), i)));
  return { layout: alphas, mixing, rows: rowsOf(mixing, alphas) };
};
const total = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

Deno.test("random-ws: two edges a node with one operation each, none as likely as the others", () => {
  const s5 = spaceByName("s5");
  assert(s5.kind === "darts");
  const columns = new Array<number>(8).fill(0);
  const edges = new Array<number>(14).fill(0);
  const draws = 400;
  for (let i = 0; i < draws; i++) {
    const { rows } = draw(s5, i);
    for (const cell of ["normal", "reduce"]) {
      for (const node of [2, 3, 4, 5]) {
        const into = rows[cell]!.filter((_, e) => s5.edges[e]!.to === node).map(total);
        assertEquals([total(into), Math.max(...into)], [2, 1]);
      }
    }
    rows["normal"]!.forEach((row, e) => {
      edges[e]! += total(row);
      row.forEach((weight, k) => (columns[k]! += weight));
    });
  }
  const near = (count: number, mean: number) => Math.abs(count - mean) < 5 * Math.sqrt(mean);
  for (const count of columns) assert(near(count, draws * 8 / 8), `${columns}`);
  edges.forEach((count, e) => assert(near(count, draws * 2 / s5.edges[e]!.to), `${edges}`));
});

Deno.test("random-ws: 1Shot1 draws each block's number of parents, NAS-Bench-201 an operation an edge", () => {
  for (let i = 0; i < 20; i++) {
    const two = draw(spaceByName("nasbench1shot1-2"), i).rows;
    assertEquals(two["mixed_op"]!.map(total), [1, 1, 1, 1]);
    const parents = Object.keys(two).filter((name) => name !== "mixed_op").map((name) =>
      total(two[name]![0]!)
    );
    assertEquals(parents, [3, 1, 2, 2]);
    assertEquals(draw(spaceByName("nasbench201"), i).rows["cell"]!.map(total), [1, 1, 1, 1, 1, 1]);
  }
});

Deno.test("random-ws: the cell of a drawn architecture is that architecture, as far as it leads anywhere", () => {
  for (const space of spaces) {
    for (let i = 0; i < 10; i++) {
      const { layout, mixing, rows } = draw(space, i);
      const genotype = strategy.cell(rows, space);
      const kept = discreteMixing(genotype, space, layout);
      kept.forEach((weight, k) => assert(weight <= mixing[k]!, `${space.name} made up weight ${k}`));
      const nones = layout.matrices.flatMap(({ name, rows: all }) =>
        all.flatMap(({ choices }, r) => {
          const none = choices.indexOf("none");
          return space.kind === "darts" && none >= 0 && rows[name]![r]![none] === 1 ? [1] : [];
        })
      ).length;
      if (space.kind !== "nasbench1shot1") {
        assertEquals(choicesOf(genotype, space).length, total([...mixing]) - nones, space.name);
      }
    }
  }
});

Deno.test("random-ws: a step's gradient reaches the drawn operations' weights, and no other operation's", async () => {
  const s5 = spaceByName("s5");
  const { mixing, rows } = draw(s5, 1);
  const net = supernet(s5, size);
  const parameters = input("parameters", [net.layout.parameterFloats]);
  const views = net.layout.parameters.map(({ offset, graphShape }) => slice(parameters, offset, graphShape));
  const images = input("images", [3, 4, 8, 8]);
  const { logits } = net.build({
    images,
    parameters,
    mixing: input("mixing", [net.alphas.floats]),
    mode: "train",
  });
  const loss = crossEntropy(logits, input("labels", [4], "u32"));
  const slopes = await run(gradient(loss, views), {
    parameters: initialParameters(net.layout, [1, 2]),
    images: Float32Array.from({ length: 3 * 4 * 64 }, (_, i) => normal([6, 7], i)),
    labels: Uint32Array.of(0, 1, 1, 0),
    mixing,
  });
  // With three cells the second and the third reduce; the last one's edges reach the classifier.
  const types = ["normal", "reduce", "reduce"] as const;
  let trained = 0;
  net.layout.parameters.forEach(({ name }, p) => {
    const moved = slopes[p]!.some((slope) => slope !== 0);
    const [, c, e, k] = /^cells\.(\d+)\._ops\.(\d+)\._ops\.(\d+)\./.exec(name) ?? [];
    if (c === undefined) return;
    const weight = rows[types[Number(c)]!]![Number(e)]![Number(k)]!;
    if (weight === 0) assert(!moved, `${name} was not drawn`);
    else if (Number(c) === 2) {
      assert(moved, `${name} was drawn`);
      trained++;
    }
  });
  assert(trained > 0);
});

Deno.test("random-ws: the most accurate candidates win, of equal ones the smaller loss, then the first", () => {
  const scored = [[0.5, 1], [0.7, 2], [0.7, 1], [0.2, 0], [0.7, 1]].map(([accuracy, loss], i) => ({
    accuracy: accuracy!,
    loss: loss!,
    i,
  }));
  assertEquals(mostAccurate(scored, 4).map(({ i }) => i), [2, 4, 1, 0]);
});

Deno.test("random-ws: the published rounds and candidates, fewer for short searches", () => {
  const plan = (steps: number, space = "s5", given = {}) =>
    strategy.scoring(methodSettings(given), spaceByName(space), steps);
  assertEquals(plan(19_500), { rounds: 1, candidates: 1000, batches: 10, finalists: 10 });
  assertEquals(plan(26_000, "nasbench1shot1-1"), { rounds: 2, candidates: 1000, batches: 10, finalists: 5 });
  assertEquals(plan(1500).candidates, 150);
  assertEquals(plan(96).candidates, 20);
  const own = { candidates: 4, candidateBatches: 2, finalists: 9 };
  assertEquals(plan(96, "s5", own), { rounds: 1, candidates: 4, batches: 2, finalists: 4 });
});
