/** Draws from gamma and Dirichlet distributions against float64, and the pathwise gradient against integrals. */
import { assert, assertAlmostEquals, assertThrows } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { constant, dirichlet, dirichletSlope, input, mul, sum } from "../../src/graph/ops/mod.ts";
import { logGammaNoise } from "../../src/graph/ops/random.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import * as reference from "../reference/dirichlet.ts";
import { run } from "./harness.ts";
import { assertTwins } from "./twins.ts";

const key = fold(keyFromSeed(7), "dirichlet");
const feeds = { key: Uint32Array.from(key) };
const keyNode = input("key", [2], "u32");
const rows = (values: readonly (readonly number[])[]): Node =>
  constant(Float32Array.from(values.flat()), [values.length, values[0]!.length]);

// A case of which all numbers below were worked out apart, by differences of the distribution.
const [theta, concentration, slope] = [[0.2, 0.3, 0.5], [0.7, 1.3, 2], [1, -2, 0.5]];

Deno.test("logGammaNoise ≡ float64 by the same numbers, for small shapes and large ones", async () => {
  const shapes = [0.05, 0.2, 0.6, 1, 1.4, 3, 20].flatMap((shape) => Array<number>(40).fill(shape));
  const want = shapes.map((shape, i) => reference.logGammaStream(Math.fround(shape), key, 5, i));
  await assertTwins({ y: logGammaNoise(rows([shapes]), keyNode, 5) }, { y: want }, feeds, 1e-5);
});

Deno.test("dirichlet ≡ float64, with rows that sum to one, also where a concentration is next to nothing", async () => {
  const given = [concentration, [1, 1, 1], [0.05, 0.5, 9], [1e-5, 0.03, 1e-4]];
  const [got] = await run([dirichlet(rows(given), keyNode, 2)], feeds);
  given.forEach((row, r) => {
    const drawn = [...got!.subarray(3 * r, 3 * r + 3)];
    assertAlmostEquals(drawn.reduce((a, b) => a + b), 1, 1e-6);
    // The logarithm of a number of such a small concentration is large, and so is its rounding.
    const want = reference.dirichletStream(row.map(Math.fround), key, 2, 3 * r);
    drawn.forEach((x, k) => assertAlmostEquals(x, want[k]!, r < 3 ? 1e-5 : 1e-2));
  });
});

Deno.test("an entry's slope ≡ an integral over its Beta distribution, on both sides of the mean and at both ends", async () => {
  const cases = [0.02, 0.3, 0.999, 1, 1.7, 6, 40].flatMap((a) =>
    [0.03, 0.6, 1, 2.5, 4, 9, 30].flatMap((b) =>
      [2e-7, 1e-4, 0.03, 0.2, 0.5, 0.8, 0.95, 0.9999].map((t) => [a, b, t].map(Math.fround))
    )
  );
  const [got] = await run([
    dirichletSlope(rows(cases.map(([, , t]) => [t!, 1 - t!])), rows(cases.map(([a, b]) => [a!, b!]))),
  ]);
  cases.forEach(([a, b, t], i) => {
    const want = reference.betaSlope(t!, a!, b!);
    assert(Math.abs(got![2 * i]! / want - 1) < 1e-5, `${a}, ${b} at ${t}: ${got![2 * i]}, wants ${want}`);
  });
});

Deno.test("the slopes of a row are those worked out by a difference of the distribution; those of its ends are finite", async () => {
  const ends = [[0, 1, 0], [1, 0, 0]];
  const [got, alone] = await run([
    dirichletSlope(rows([theta, ...ends]), rows([concentration, concentration, [1e-4, 1e-4, 5]])),
    dirichletSlope(rows([[1], [1]]), rows([[0.3], [2]])),
  ]);
  [0.362214, 0.295064, 0.295431].forEach((want, k) => assertAlmostEquals(got![k]!, want, 1e-6));
  assert([...got!, ...alone!].every(Number.isFinite), `${got} ${alone}`);
  const want = [0.416546, -0.545869, 0.19203];
  reference.dirichletGradient(theta, concentration, slope).forEach((x, k) =>
    assertAlmostEquals(x, want[k]!, 1e-6)
  );
});

Deno.test("dirichlet's gradient ≡ float64 at what was drawn, and is no further differentiable", async () => {
  const b = rows([concentration, [0.2, 3, 1]]);
  const drawn = dirichlet(b, keyNode, 0);
  const loss = sum(mul(drawn, rows([slope, [0.5, 1, -1]])));
  const [db] = gradient(loss, [b]) as [Node];
  const [values, got] = await run([drawn, db], feeds);
  [[concentration, slope], [[0.2, 3, 1], [0.5, 1, -1]]].forEach(([row, dy], r) => {
    const at = [...values!.subarray(3 * r, 3 * r + 3)];
    reference.dirichletGradient(at, row!, dy!)
      .forEach((want, k) => assertAlmostEquals(got![3 * r + k]!, want, 1e-5 * Math.max(1, Math.abs(want))));
  });
  assertThrows(() => gradient(sum(db), [b]), TypeError, "Cannot differentiate dirichlet_slope");
});

Deno.test("dirichlet has its mean, and its gradient on average the mean's slope", async () => {
  const draws = 4000;
  const b = rows(Array(draws).fill(concentration));
  const drawn = dirichlet(b, keyNode, 40);
  const [values, slopes] = await run([drawn, dirichletSlope(drawn, b)], feeds);
  const total = 4;
  const mean = (f: (at: number) => number): number =>
    Array.from({ length: draws }, (_, r) => f(3 * r)).reduce((a, x) => a + x) / draws;
  concentration.forEach((own, i) => {
    assertAlmostEquals(mean((at) => values![at + i]!), own / total, 0.01);
    concentration.forEach((other, j) => {
      const got = mean((at) => slopes![at + i]! * (Number(i === j) - values![at + j]!));
      assertAlmostEquals(got, (Number(i === j) * total - other) / total ** 2, 0.006, `entry ${j} by ${i}`);
    });
  });
});

Deno.test("dirichlet refuses what is no matrix", () => {
  assertThrows(() => dirichlet(input("b", [3]), keyNode, 0), TypeError, "needs a matrix, got [3]");
});
