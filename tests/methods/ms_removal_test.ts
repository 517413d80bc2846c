/** Which way ms-removal moves the alphas of the edge it draws, and that it draws all edges alike. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { constant, input, mul, sum } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { alphaLayout, rowsOf } from "../../src/network/alphas.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { interpret } from "../reference/interpreter.ts";
import { softmaxed } from "../reference/method_rules.ts";

const method = methodByName("ms-removal");

/** A loss of a mixing vector, Σ c·m², and the way uphill that the method makes of it, by row. */
function slopes(space: string, seed: number) {
  const layout = alphaLayout(spaceByName(space).matrices);
  const alphas = Float64Array.from({ length: layout.floats }, (_, i) => normal([1, 1], i));
  const costs = Float32Array.from({ length: layout.floats }, (_, i) => normal([2, 2], i));
  const slope = method.slope!(methodSettings(), {
    ...{ alphas: input("alphas", [layout.floats]), layout, cells: 1, numbers: {} },
    key: input("key", [2], "u32"),
    loss: (mixing) => sum(mul(constant(costs, [layout.floats]), mul(mixing, mixing))),
  });
  const [got] = interpret([slope], { alphas, key: Uint32Array.of(seed, 5) });
  const rows = (flat: ArrayLike<number>) => Object.values(rowsOf(Float32Array.from(flat), layout)).flat();
  const weights = rows(alphas).map(softmaxed);
  const costsOf = rows(costs);
  // Without operation k the loss is less by c·m².
  const want = weights.map((row, r) => {
    const missed = row.map((m, k) => costsOf[r]![k]! * m * m);
    const mean = missed.reduce((total, x) => total + x, 0) / row.length;
    return missed.map((x) => x - mean);
  });
  return { got: rows(got!), want };
}

Deno.test("ms-removal: one edge moves, by how much each of its operations is missed", () => {
  for (const space of ["nasbench201", "s1", "s5"]) {
    for (let seed = 0; seed < 4; seed++) {
      const { got, want } = slopes(space, seed);
      const moved = got.flatMap((row, r) => row.some((x) => x !== 0) ? [r] : []);
      assertEquals(moved.length, 1, space);
      got[moved[0]!]!.forEach((x, k) => assertAlmostEquals(x, want[moved[0]!]![k]!, 1e-6));
    }
  }
});

Deno.test("ms-removal: all edges are drawn alike", () => {
  const draws = 300;
  const counts = new Map<number, number>();
  for (let seed = 0; seed < draws; seed++) {
    const moved = slopes("nasbench201", seed).got.findIndex((row) => row.some((x) => x !== 0));
    counts.set(moved, (counts.get(moved) ?? 0) + 1);
  }
  // Six edges; a binomial count of mean 50 and standard deviation 6.5.
  assertEquals(counts.size, 6);
  counts.forEach((count) => assert(count > 24 && count < 76, `${count} of ${draws}`));
});
