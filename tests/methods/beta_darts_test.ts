/** The loss of β-DARTS on the raw alphas, and its weight, against numbers computed apart. */
import { assertAlmostEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("beta-darts");
const choices = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
const row = { name: "1<-0", choices };
const alphas = Float64Array.of(0.1, -0.2, 0.3, 0, 0.05, 0, 0, 0, 0, 0);

/** Loss and slope of the alphas. */
function penalty(values: Float64Array, matrices: Parameters<typeof alphaLayout>[0], weight = 1) {
  const layout = alphaLayout(matrices);
  const flat = input("alphas", [layout.floats]);
  const feed = new Float64Array(layout.floats);
  feed.set(values);
  const loss = method.penalty!(methodSettings(), {
    ...{ alphas: flat, layout, cells: 1, key: undefined },
    numbers: { beta_weight: constant(weight, [1]) },
  });
  return interpret([loss, gradient(loss, [flat])[0]!], { alphas: feed });
}

Deno.test("beta-darts: the loss is the mean over edges of the logarithm of the row's sum of exponentials", () => {
  const [loss, slope] = penalty(alphas, [{ name: "edges", title: "", rows: [row, row] }]);
  assertAlmostEquals(loss![0]!, 1.640928, 1e-6);
  [0.103771, 0.076876, 0.126747, 0.093896, 0.09871, 0.1, 0.1, 0.1, 0.1, 0.1]
    .forEach((want, i) => assertAlmostEquals(slope![i]!, want, 1e-6));
  assertAlmostEquals(
    penalty(alphas, [{ name: "edges", title: "", rows: [row, row] }], 25)[0]![0]!,
    25 * 1.640928,
    1e-4,
  );
});

Deno.test("beta-darts: each tensor has a mean of its own, also where it is several matrices", () => {
  const one = (name: string, tensor?: string) => ({
    name,
    title: "",
    rows: [row],
    ...(tensor && { tensor }),
  });
  const stretched = Float64Array.of(...alphas.subarray(0, 5), 0, 0, 0, ...alphas.subarray(5));
  const [apart] = penalty(stretched, [one("normal"), one("reduce")]);
  assertAlmostEquals(apart![0]!, 2 * 1.640928, 1e-6);
  const [together] = penalty(stretched, [one("a", "edges"), one("b", "edges")]);
  assertAlmostEquals(together![0]!, 1.640928, 1e-6);
});

Deno.test("beta-darts: the weight grows with the epochs, to the published one", () => {
  const weight = (epoch: number, epochs: number, betaWeight: number) =>
    method.numbers(methodSettings({ betaWeight }), epoch, epochs)["beta_weight"]!;
  for (const epoch of [0, 1, 57, 99]) assertAlmostEquals(weight(epoch, 100, 50), 0.5 * epoch, 1e-12);
  assertAlmostEquals(weight(49, 50, 25), 24.5, 1e-12);
});
