/** MS-DARTS: what its variants differ in, besides the mean shift itself. */
import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { input, mul, sum } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { msDarts } from "../../src/methods/ms_darts.ts";
import { methodSettings } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { variants } from "../../src/search/mean_shift.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

const names = ["default", "reference", "paper"] as const;

Deno.test("ms-darts: the alphas rest for a tenth, for 5 of 40 epochs, and in the paper for none", () => {
  const resting = (epochs: number, space = "s5") =>
    names.map((variant) => msDarts.warmup(methodSettings({ variant }), epochs, spaceByName(space)));
  assertEquals([resting(40), resting(20), resting(100)], [[4, 5, 0], [2, 3, 0], [5, 5, 0]]);
  // The public code of the benchmark has no rest.
  assertEquals(resting(40, "nasbench1shot1-1"), [4, 0, 0]);
});

Deno.test("ms-darts: the radius ramps from a tenth of 0.25, and in the paper is one throughout", () => {
  names.forEach((variant) => {
    const radius = (epoch: number) => msDarts.numbers(methodSettings({ variant }), epoch, 40)["epsilon"]!;
    const want = variant === "paper" ? [0.25, 0.25] : [0.025, 0.1375];
    [0, 20].forEach((epoch, i) => assertAlmostEquals(radius(epoch), want[i]!, 1e-12));
  });
});

Deno.test("ms-darts: only the public code cuts out, on S1 to S4, more and more often", () => {
  const cut = (variant: typeof names[number]) =>
    ["s1", "s4", "s5"].map((space) => msDarts.cutout(methodSettings({ variant }), spaceByName(space)));
  assertEquals(names.map(cut), [[0, 0, 0], [16, 16, 0], [0, 0, 0]]);
  assertEquals([0, 2, 4].map((epoch) => msDarts.cutoutProbability(epoch, 5)), [0, 0.5, 1]);
});

Deno.test("ms-darts: every point has noise of its own and is scored on the variant's batch", () => {
  const layout = alphaLayout(spaceByName("s3").matrices);
  for (const variant of names) {
    const batches: string[] = [];
    const shifted = msDarts.perturb!(methodSettings({ variant, samples: 3, iterations: 2 }), {
      alphas: input("alphas", [layout.floats]),
      layout,
      cells: 1,
      key: input("key", [2], "u32"),
      numbers: { epsilon: input("epsilon", [1]) },
      loss: (mixing, batch) => {
        batches.push(batch);
        return sum(mul(mixing, mixing));
      },
    });
    assertEquals(batches, new Array(6).fill(variants[variant].scoredOn));
    const streams = topological([shifted]).filter(({ op }) => op.name === "uniform_noise")
      .map(({ attrs }) => (attrs as { stream: number }).stream);
    assertEquals(streams.sort(), [0, 1, 2, 3, 4, 5]);
  }
});
