/** What IS-DARTS measures of operations, against plain loops, and what it drops by that. */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "deno-std/assert";
import { input } from "../../src/graph/ops/mod.ts";
import { fixedEpochs, methodByName, methodSettings } from "../../src/methods/mod.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { supernet } from "../../src/network/supernet.ts";
import { apply } from "../../src/nn/affine.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { normal } from "../../src/random.ts";
import { importance, importances } from "../../src/search/importance.ts";
import { type Space, spaceByName } from "../../src/spaces/mod.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const { strategy } = methodByName("is-darts");
assert(strategy.kind === "pruned");
const settings = methodSettings();

/** The mean over channels and pixels of 3(x − μ)²/σ⁶, as the paper writes it. */
function written(x: ArrayLike<number>, channels: number): number {
  const pixels = x.length / channels;
  let total = 0;
  for (let i = 0; i < pixels; i++) {
    const values = Array.from({ length: channels }, (_, c) => x[c * pixels + i]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / channels;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (channels - 1);
    for (const value of values) total += 3 * (value - mean) ** 2 / variance ** 3;
  }
  return total / (channels * pixels);
}

Deno.test("is-darts: the importance of an output", async () => {
  const four = input("four", [4, 1, 1, 1]);
  const [vector] = interpret([importance(four)], { four: [1, 2, 4, 7] });
  assertAlmostEquals(vector![0]!, 0.0459184, 1e-7);
  const shape = [3, 2, 5, 7];
  const values = Float32Array.from({ length: 3 * 70 }, (_, i) => normal([1, 2], i) + 3 * Math.floor(i / 70));
  const [found] = await run([importance(input("x", shape))], { x: values });
  assertAlmostEquals(found![0]! / written(values, 3), 1, 1e-5);
});

for (const name of ["nasbench201", "s3"]) {
  Deno.test(`is-darts: in ${name} each operation has the mean over the cells of its type, none the most`, async () => {
    const space = spaceByName(name);
    const net = supernet(space, { channels: 4, layers: 3, classes: 2 });
    const nodes = {
      images: input("images", [3, 4, 8, 8]),
      parameters: input("parameters", [net.layout.parameterFloats]),
      mixing: input("mixing", [net.alphas.floats]),
    };
    const feeds = {
      images: Float32Array.from({ length: 3 * 4 * 64 }, (_, i) => normal([6, 7], i)),
      parameters: initialParameters(net.layout, [1, 2]),
      mixing: new Float32Array(net.alphas.floats).fill(0.2),
    };
    const places: string[] = [];
    const outputs: ReturnType<typeof apply>[] = [];
    net.build({
      ...nodes,
      mode: "train",
      shown: (_, { matrix, row, column }, output) => {
        places.push(`${matrix} ${row} ${column}`);
        outputs.push(apply(output));
      },
    });
    const own = interpret(outputs, feeds).map((x, i) => written(x, outputs[i]!.shape[0]!));
    const [found] = await run([importances(net, nodes)], feeds);
    for (const { name, offset, rows, shape: [, columns] } of net.alphas.matrices) {
      rows.forEach(({ choices }, row) =>
        choices.forEach((choice, column) => {
          const cells = own.filter((_, i) => places[i] === `${name} ${row} ${column}`);
          const got = found![offset + row * columns + column]!;
          const what = `${choice} of ${name} ${row}`;
          assertEquals(cells.length, choice === "none" ? 0 : net.cellTypes[name]!.length, what);
          if (choice === "none") assertAlmostEquals(got / (3 * 3 / 4 * 1e30), 1, 1e-5, what);
          else {
            const want = cells.reduce((sum, x) => sum + x, 0) / cells.length;
            assertAlmostEquals(got / want, 1, 1e-3, what);
          }
        })
      );
    }
  });
}

const ones = (space: Space): AlphaRows =>
  Object.fromEntries(
    space.matrices.map(({ name, rows }) => [name, rows.map(({ choices }) => choices.map(() => 1))]),
  );

/** The masks after each cut of a search of 30 epochs, by an importance that does not change. */
function masks(space: Space, importance: AlphaRows, epochs = 30): AlphaRows[] {
  assert(strategy.kind === "pruned");
  let mask = ones(space);
  const found: AlphaRows[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (!strategy.measures(settings, epoch, epochs)) continue;
    mask = strategy.cut(settings, { mask, importance, space, epoch, epochs });
    found.push(mask);
  }
  return found;
}

Deno.test("is-darts: NAS-Bench-201 loses the operation of the largest importance of every edge, four times", () => {
  const table = [
    [Infinity, 2, 3, 4, 1], // left: the last
    [NaN, 9, 3, 4, 5],
    [5, 4, 3, 2, 1],
    [1e30, 1, 8, 8, 7],
    [3, 3, 3, 3, 3], // of equal ones the first goes
    [NaN, 1, Infinity, 0, 2],
  ];
  const found = masks(spaceByName("nasbench201"), { cell: table }).map(({ cell }) => cell!);
  const rows = (edge: number): string[] => found.map((mask) => mask[edge]!.join(""));
  assertEquals(rows(0), ["01111", "01101", "01001", "00001"]);
  assertEquals(rows(1), ["01111", "00111", "00110", "00100"]);
  assertEquals(rows(2), ["01111", "00111", "00011", "00001"]);
  assertEquals(rows(3), ["01111", "01011", "01001", "01000"]);
  assertEquals(rows(4), ["01111", "00111", "00011", "00001"]);
  assertEquals(rows(5), ["01111", "01011", "01010", "00010"]);
});

Deno.test("is-darts: what was dropped stays so, whatever is measured of it later", () => {
  const space = spaceByName("nasbench201");
  const edges = <T>(row: readonly T[]): (readonly T[])[] => Array.from({ length: 6 }, () => row);
  const after = strategy.cut(settings, {
    ...{ mask: { cell: edges([0, 1, 1, 0, 1]) }, importance: { cell: edges([0, 3, 2, 0, 4]) } },
    ...{ space, epoch: 25, epochs: 30 },
  });
  assertEquals(after, { cell: edges([0, 1, 1, 0, 0]) });
});

Deno.test("is-darts: a node of a DARTS cell ends with one operation on each of two edges", () => {
  const space = spaceByName("s5");
  assert(space.kind === "darts");
  const importance = Object.fromEntries(
    space.matrices.map(({ name, rows }, m) => [
      name,
      rows.map(({ choices }, r) =>
        choices.map((choice, k) => choice === "none" ? 1e30 : Math.exp(normal([m, r], k)))
      ),
    ]),
  );
  const found = masks(space, importance);
  for (const cell of ["normal", "reduce"] as const) {
    for (const node of [2, 3, 4, 5]) {
      const rows = [...space.edges.keys()].filter((e) => space.edges[e]!.to === node);
      const all = rows.reduce((sum, r) => sum + importance[cell]![r]!.length, 0);
      const left = found.map((mask) => rows.flatMap((r) => mask[cell]![r]!).reduce((a, b) => a + b, 0));
      assertEquals(left, [1, 2, 3, 4].map((cut) => Math.round(all - (all - 2) * cut / 4)));
      // The edges whose best operations are the best two.
      const best = rows.map((r) => Math.min(...importance[cell]![r]!));
      const two = best.toSorted((a, b) => a - b).slice(0, 2);
      const last = found.at(-1)![cell]!;
      rows.forEach((r, i) => {
        const want = importance[cell]![r]!.map((x) => Number(two.includes(best[i]!) && x === best[i]));
        assertEquals(last[r], want, `${cell}, edge ${r}`);
      });
    }
  }
});

Deno.test("is-darts: a search cannot be lengthened, for what it dropped cannot come back", () => {
  assertMatch(fixedEpochs(strategy) ?? "", /drops operations for good/);
});

Deno.test("is-darts: cuts come after the published shares of a search, and none is left out of a short one", () => {
  const epochsOf = (epochs: number): number[] =>
    Array.from({ length: epochs }, (_, epoch) => epoch).filter((epoch) =>
      strategy.measures(settings, epoch, epochs)
    );
  assertEquals(epochsOf(30), [21, 23, 25, 27]);
  assertEquals(epochsOf(60), [43, 47, 51, 55]);
  assertEquals(epochsOf(15), [10, 11, 12, 13]);
  assertEquals(epochsOf(2), [0, 1]);
  const space = spaceByName("nasbench201");
  const importance = { cell: Array.from({ length: 6 }, () => [5, 4, 3, 2, 1]) };
  for (const epochs of [1, 2, 7, 30]) {
    assertEquals(masks(space, importance, epochs).at(-1)!["cell"]![0], [0, 0, 0, 0, 1], `${epochs} epochs`);
  }
});
