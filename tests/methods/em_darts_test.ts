/** How EM-DARTS mutates edges: how often, to what, and never at a probability of 0. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { alphaLayout, rowsOf } from "../../src/network/alphas.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { interpret } from "../reference/interpreter.ts";
import { softmaxed } from "../reference/method_rules.ts";

const method = methodByName("em-darts");

/** Rows at which the weights are trained, and those of the softmax. */
function perturbed(space: string, mutation: number, seed: number) {
  const layout = alphaLayout(spaceByName(space).matrices);
  const alphas = Float64Array.from({ length: layout.floats }, (_, i) => normal([1, 1], i));
  const mixing = method.perturb!(methodSettings(), {
    ...{ alphas: input("alphas", [layout.floats]), layout, cells: 1 },
    key: input("key", [2], "u32"),
    numbers: { mutation: constant(mutation, [1]) },
    loss: () => {
      throw new Error("it looks at no loss");
    },
  });
  const [got] = interpret([mixing], { alphas, key: Uint32Array.of(seed, 5) });
  const rows = (flat: ArrayLike<number>) => Object.values(rowsOf(Float32Array.from(flat), layout)).flat();
  return { got: rows(got!), softmax: rows(alphas).map(softmaxed), layout };
}

const near = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((x, k) => Math.abs(x - b[k]!) < 1e-6);

Deno.test("em-darts: at 0 no edge is mutated, at 1 each has one convolution", () => {
  for (const space of ["nasbench201", "s2", "s4"]) {
    const none = perturbed(space, 0, 3);
    none.got.forEach((row, r) => assert(near(row, none.softmax[r]!)));
    const { got, layout } = perturbed(space, 1, 3);
    const choices = layout.matrices.flatMap(({ rows }) => rows.map(({ choices }) => choices));
    got.forEach((row, r) => {
      assertEquals(row.toSorted(), [...Array(row.length - 1).fill(0), 1]);
      assert(choices[r]![row.indexOf(1)]!.includes("conv"), choices[r]![row.indexOf(1)]);
    });
  }
});

Deno.test("em-darts: as many edges are mutated as the probability says, to each convolution alike", () => {
  const found: number[] = [];
  const draws = 400;
  for (let seed = 0; seed < draws; seed++) {
    const { got, softmax } = perturbed("nasbench201", 0.2, seed);
    got.forEach((row, r) => {
      if (!near(row, softmax[r]!)) found.push(row.indexOf(1));
    });
  }
  // Six edges; three standard deviations.
  assertAlmostEquals(found.length / (6 * draws), 0.2, 0.025);
  assertEquals([...new Set(found)].sort(), [2, 3]);
  assertAlmostEquals(found.filter((k) => k === 2).length / found.length, 0.5, 0.07);
});

Deno.test("em-darts: the probability grows linearly from nothing", () => {
  const at = (epoch: number) => method.numbers(methodSettings({ mutation: 0.4 }), epoch, 8)["mutation"];
  assertEquals([0, 4, 8].map(at), [0, 0.2, 0.4]);
});
