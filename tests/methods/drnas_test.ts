/** What DrNAS draws from alphas, and the mean where nothing is left to chance. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, input, mul, sum } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { dirichletGradient, dirichletStream } from "../reference/dirichlet.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("drnas");
const row = { name: "1<-0", choices: ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3"] };
const matrix = (name: string) => ({ name, title: "", rows: [row] });
const layout = alphaLayout([matrix("normal"), matrix("reduce")]);
const alphas = [-0.5, -0.1, 0.4, 2];
const concentrations = [0.606531, 0.904837, 1.4, 3];
const cotangents = [1, -2, 0.5, 0.25];

/** The mixing vector of equal alphas in both matrices, the alphas' gradient and that gradient's own, by cotangents. */
function drawn(key: readonly [number, number] | undefined) {
  const flat = input("alphas", [layout.floats]);
  const context = { alphas: flat, layout, cells: 5, numbers: {} };
  const mixing = relax(method, methodSettings(), { ...context, key: key && input("key", [2], "u32") });
  const dy = constant(Float32Array.from([...cotangents, ...cotangents]), [layout.floats]);
  const [slope] = gradient(sum(mul(mixing, dy)), [flat]);
  const second = key ? [] : [gradient(sum(mul(slope!, dy)), [flat])[0]!];
  return interpret([mixing, slope!, ...second], { alphas: [...alphas, ...alphas], ...key && { key } });
}

Deno.test("drnas: a row is drawn with concentrations ELU(alpha) + 1, each matrix by itself, shared by all cells", () => {
  const key = [3, 4] as const;
  const [mixing, slope] = drawn(key);
  assertEquals(mixing!.length, layout.floats);
  [0, 1].forEach((m) => {
    const exact = alphas.map((x) => x > 0 ? 1 + x : Math.exp(x));
    exact.forEach((b, k) => assertAlmostEquals(b, concentrations[k]!, 1e-6));
    const want = dirichletStream(exact, key, 17 * m, 0);
    const byConcentration = dirichletGradient(want, exact, cotangents);
    want.forEach((x, k) => {
      assertAlmostEquals(mixing![4 * m + k]!, x, 1e-12);
      assertAlmostEquals(slope![4 * m + k]!, byConcentration[k]! * (alphas[k]! > 0 ? 1 : exact[k]!), 1e-12);
    });
  });
  assert(Math.abs(mixing![0]! - mixing![4]!) > 1e-3, "both matrices have the same numbers");
  assert(drawn([3, 5])[0]!.every((x, i) => x !== mixing![i]), "another key, the same draw");
});

Deno.test("drnas: without chance a row is the mean of its distribution, which has second derivatives", () => {
  const mean = (at: readonly number[]): number[] => {
    const b = at.map((x) => x > 0 ? 1 + x : Math.exp(x));
    return b.map((x) => x / b.reduce((sum, y) => sum + y));
  };
  const along = (at: readonly number[]) => mean(at).reduce((sum, x, k) => sum + x * cotangents[k]!, 0);
  const [mixing, slope, second] = drawn(undefined);
  const h = 1e-4;
  const moved = (k: number, by: number) => alphas.with(k, alphas[k]! + by);
  mean(alphas).forEach((x, k) => {
    assertAlmostEquals(mixing![k]!, x, 1e-12);
    assertAlmostEquals(slope![k]!, (along(moved(k, h)) - along(moved(k, -h))) / (2 * h), 1e-6);
  });
  const up = along(alphas.map((x, k) => x + h * cotangents[k]!));
  const down = along(alphas.map((x, k) => x - h * cotangents[k]!));
  const curvature = cotangents.reduce((sum, c, k) => sum + c * second![k]!, 0);
  assertAlmostEquals(curvature, (up - 2 * along(alphas) + down) / h ** 2, 1e-6);
});
