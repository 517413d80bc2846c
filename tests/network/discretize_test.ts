import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { alphaLayout, rowsOf } from "../../src/network/alphas.ts";
import { discretize } from "../../src/network/darts/discretize.ts";
import { choicesOf, discreteMixing, randomGenotype } from "../../src/network/discretize.ts";
import { parseGenotype } from "../../src/network/genotype.ts";
import { drawing, keyFromSeed, uniform } from "../../src/random.ts";
import { type CellType, type DartsSpace, spaces } from "../../src/spaces/mod.ts";
import { dartsSpaceByName, dartsSpaces } from "./darts_spaces.ts";

/** Rows that sum to 1, from a seed. */
function randomWeights(space: DartsSpace, seed: number): Record<CellType, number[][]> {
  const [edges, operations] = [space.edges.length, space.candidates.normal[0]!.length];
  const matrix = (offset: number) =>
    Array.from({ length: edges }, (_, e) => {
      const row = Array.from({ length: operations }, (_, k) =>
        uniform(keyFromSeed(seed), offset + e * operations + k) + 0.01);
      const total = row.reduce((a, b) =>
        a + b
      );
      return row.map((w) => w / total);
    });
  return { normal: matrix(0), reduce: matrix(1000) };
}

const constantRows = (space: DartsSpace, row: readonly number[]): number[][] =>
  space.edges.map(() => [...row]);

Deno.test("discretize() of the worked example: node 3 of S5", () => {
  const s5 = dartsSpaceByName("s5");
  const normal = constantRows(s5, Array(8).fill(1 / 8));
  normal[2] = [.60, .05, .05, .12, .08, .04, .03, .03];
  normal[3] = [.20, .10, .10, .14, .16, .10, .10, .10];
  normal[4] = [.10, .10, .10, .30, .15, .10, .10, .05];
  const genotype = discretize({ normal, reduce: normal }, s5);
  assertEquals(genotype.normal.slice(2, 4), [["skip_connect", 2], ["sep_conv_3x3", 1]]);
});

Deno.test("discretize() settles ties by the lower predecessor and the lower column", () => {
  const s5 = dartsSpaceByName("s5");
  const equal = constantRows(s5, Array(8).fill(1 / 8));
  const first = [0, 1].map((from) => ["max_pool_3x3", from]);
  const wanted = [...first, ...first, ...first, ...first];
  assertEquals(discretize({ normal: equal, reduce: equal }, s5).normal as unknown, wanted);
});

Deno.test("discretize() never takes none, however large", () => {
  const s3 = dartsSpaceByName("s3");
  const rows = constantRows(s3, [0.98, 0.005, 0.015]);
  for (const [name] of discretize({ normal: rows, reduce: rows }, s3).normal) {
    assertEquals(name, "sep_conv_3x3");
  }
});

Deno.test("discretize() takes none into account through the rest of its row", () => {
  const s3 = dartsSpaceByName("s3");
  const normal = constantRows(s3, [0.2, 0.3, 0.5]);
  normal[2] = [0.6, 0.1, 0.3];
  const genotype = discretize({ normal, reduce: normal }, s3);
  assertEquals(genotype.normal.slice(2, 4), [["sep_conv_3x3", 1], ["sep_conv_3x3", 2]]);
});

Deno.test("discretize() reads each edge's own operations in S1, and may take noise in S4", () => {
  const s1 = dartsSpaceByName("s1");
  const rows = constantRows(s1, [0.4, 0.6]);
  rows[13] = [0.1, 0.9];
  const genotype = discretize({ normal: rows, reduce: rows }, s1);
  assertEquals(genotype.normal.slice(0, 2), [["dil_conv_3x3", 0], ["dil_conv_5x5", 1]]);
  assertEquals(genotype.reduce.slice(0, 2), [["avg_pool_3x3", 0], ["dil_conv_3x3", 1]]);
  assertEquals(genotype.normal.slice(6), [["dil_conv_5x5", 4], ["sep_conv_3x3", 0]]);
  const s4 = dartsSpaceByName("s4");
  const noisy = constantRows(s4, [0.7, 0.3]);
  assertEquals(discretize({ normal: noisy, reduce: noisy }, s4).normal[0], ["noise", 0]);
});

for (const space of dartsSpaces) {
  Deno.test(`discretize() in ${space.name}: a valid genotype, the same after any increasing map`, () => {
    for (let seed = 0; seed < 25; seed++) {
      const weights = randomWeights(space, seed);
      const genotype = discretize(weights, space);
      assertEquals(parseGenotype(JSON.parse(JSON.stringify(genotype)), "here"), genotype);
      for (const map of [Math.log, Math.sqrt, (w: number) => 5 * w - 3]) {
        const mapped = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map(map));
        assertEquals(
          discretize({ normal: mapped(weights.normal), reduce: mapped(weights.reduce) }, space),
          genotype,
        );
      }
    }
  });

  Deno.test(`discretize() in ${space.name}: the two edges of a node are its best, best first`, () => {
    const weights = randomWeights(space, 99);
    const { reduce } = discretize(weights, space);
    const score = (to: number, from: number) => {
      const e = space.edges.findIndex((edge) => edge.to === to && edge.from === from);
      return Math.max(...weights.reduce[e]!.filter((_, k) => space.candidates.reduce[e]![k] !== "none"));
    };
    for (let i = 0; i < 4; i++) {
      const [first, second] = [score(i + 2, reduce[2 * i]![1]), score(i + 2, reduce[2 * i + 1]![1])];
      assert(first >= second);
      const kept = [reduce[2 * i]![1], reduce[2 * i + 1]![1]];
      for (let from = 0; from < i + 2; from++) assert(kept.includes(from) || score(i + 2, from) <= second);
    }
  });
}

Deno.test("discretize() rejects weights of another space", () => {
  const rows = constantRows(dartsSpaceByName("s2"), [0.5, 0.5]);
  assertThrows(
    () => discretize({ normal: rows, reduce: rows }, dartsSpaceByName("s5")),
    RangeError,
    "got [14, 2]",
  );
});

Deno.test("the mixing vector of a cell is one in each of its choices, and discretized that cell again", () => {
  for (const space of spaces) {
    const layout = alphaLayout(space.matrices);
    for (const seed of [1, 2, 3]) {
      const genotype = randomGenotype(space, drawing(keyFromSeed(seed)));
      const mixing = discreteMixing(genotype, space, layout);
      const rows = rowsOf(mixing, layout);
      assertEquals(mixing.reduce((a, b) => a + b), choicesOf(genotype, space).length, space.name);
      for (const { matrix, row, column } of choicesOf(genotype, space)) {
        assertEquals(rows[matrix]![row]![column], 1);
      }
    }
  }
});
