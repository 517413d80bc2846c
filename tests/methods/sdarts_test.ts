/** SDARTS's perturbations against plain float64 loops. */
import { assert, assertEquals } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import { constant, input, mul, square, sub, sum } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, type PerturbContext } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { uniformStream } from "../../src/random.ts";
import { signAscent } from "../../src/search/perturbation.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { softmax } from "../../src/softmax.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const matrix = (name: string, rows: number, columns: number) => ({
  name,
  title: name,
  rows: Array.from({ length: rows }, (_, r) => ({
    name: String(r),
    choices: Array.from({ length: columns }, (_, c) => String(c)),
  })),
});
const layout = alphaLayout([matrix("first", 2, 3), matrix("second", 1, 2)]);

/** Places of each row in the flat vector. */
const rows = layout.matrices.flatMap(({ shape: [count, columns], offset }) =>
  Array.from({ length: count }, (_, r) => Array.from({ length: columns }, (_, k) => offset + r * columns + k))
);

/** `change` on each row of a flat vector; zero between matrices. */
function byRow(flat: ArrayLike<number>, change: (row: number[]) => number[]): Float64Array {
  const result = new Float64Array(flat.length);
  for (const places of rows) {
    change(places.map((i) => flat[i]!)).forEach((value, k) => result[places[k]!] = value);
  }
  return result;
}

/** The simplex projection of the public code: clamp, one-hot at the maximum where nothing is left, divide. */
function project(row: number[]): number[] {
  const top = row.indexOf(Math.max(...row));
  const clamped = row.map((x) => Math.min(1, Math.max(0, x)));
  if (Math.max(...clamped) === 0) clamped[top] = 1;
  const total = clamped.reduce((a, b) => a + b);
  return clamped.map((x) => x / total);
}

const alphas = Float32Array.from(
  { length: layout.floats },
  (_, i) => rows.flat().includes(i) ? Math.sin(3 * i) : 0,
);
const context = (own: Partial<PerturbContext> = {}): PerturbContext => ({
  alphas: input("alphas", [layout.floats]),
  layout,
  cells: 2,
  key: input("key", [2], "u32"),
  numbers: { epsilon: input("epsilon", [1]) },
  loss: () => {
    throw new Error("nothing to be evaluated");
  },
  ...own,
});
const key = Uint32Array.of(5, 9);
const cube = (epsilon: number): number[] =>
  Array.from({ length: layout.floats }, (_, i) => epsilon * (2 * uniformStream([5, 9], 0, i) - 1));

function close(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  assertEquals(got.length, want.length);
  Array.from(want).forEach((w, i) =>
    assert(Math.abs(got[i]! - w) < tolerance, `[${i}] is ${got[i]}, wants ${w}`)
  );
}

Deno.test("sdarts: the radius ramps from 0.03 towards 0.3, and the alphas never rest", () => {
  for (const name of ["sdarts-rs", "sdarts-adv"]) {
    const method = methodByName(name);
    const radius = (epoch: number, epsilon?: number) =>
      method.numbers(methodSettings({ epsilon }), epoch, 50)["epsilon"]!;
    close([0, 25, 49].map((epoch) => radius(epoch)), [0.03, 0.165, 0.2946], 1e-12);
    close([radius(25, 0.5)], [0.265], 1e-12);
    assertEquals(method.warmup(methodSettings(), 50, spaceByName("s5")), 0);
  }
});

Deno.test("sdarts-rs: the point is the projection of the softmax and uniform noise", async () => {
  const mixing = methodByName("sdarts-rs").perturb!(methodSettings(), context());
  const epsilon = 0.6;
  const noise = cube(epsilon);
  const start = byRow(alphas, softmax);
  const raw = start.map((a, i) => a + noise[i]!);
  assert(raw.some((a) => a < 0), "the projection has something to do");
  const [got] = await run([mixing], { alphas, key, epsilon: Float32Array.of(epsilon) });
  close(got!, byRow(raw, project), 2e-6);
});

/** A loss that is not the same in all directions: Σ c·(a − t)². */
const curvature = Float64Array.from({ length: layout.floats }, (_, i) => Math.cos(2 * i));
const centre = Float64Array.from({ length: layout.floats }, (_, i) => 0.4 + 0.3 * Math.sin(i));
curvature[1] = 0; // nothing is to be gained there: the sign of the slope is 0
const quadratic = (sense: number) => (a: Node): Node =>
  sum(mul(
    constant(Float32Array.from(curvature, (c) => sense * c), [layout.floats]),
    square(sub(a, constant(Float32Array.from(centre), [layout.floats]))),
  ));
const value = (sense: number, a: Float64Array): number =>
  a.reduce((total, x, i) => total + sense * curvature[i]! * (x - centre[i]!) ** 2, 0);

/** The ascent of the public code in plain loops. */
function ascend(sense: number, epsilon: number, steps: number) {
  const start = byRow(alphas, softmax);
  const noise = cube(epsilon);
  let point = byRow(start.map((a, i) => a + noise[i]!), project);
  for (let step = 0; step < steps; step++) {
    const moved = point.map((x, i) =>
      x + 2 * epsilon / steps * Math.sign(sense * Math.fround(curvature[i]!) * (x - centre[i]!))
    );
    point = byRow(
      start.map((a, i) => a + Math.min(epsilon, Math.max(-epsilon, moved[i]! - a))),
      project,
    );
  }
  return { start, point, kept: value(sense, start) > value(sense, point) };
}

for (const [epsilon, steps] of [[0.3, 7], [0.8, 3], [0.05, 1]] as const) {
  Deno.test(`sdarts-adv: the ascent, ε ${epsilon}, ${steps} steps`, async () => {
    const mixing = methodByName("sdarts-adv").perturb!(
      methodSettings({ ascentSteps: steps }),
      context({ loss: (a, batch) => (assertEquals(batch, "train"), quadratic(1)(a)) }),
    );
    const { point, start, kept } = ascend(1, epsilon, steps);
    assert(!kept && value(1, point) > value(1, start));
    const exact = interpret([mixing], { alphas, key, epsilon: [epsilon] })[0]!;
    close(exact, point, 1e-6); // the constants are float32
    const [got] = await run([mixing], { alphas, key, epsilon: Float32Array.of(epsilon) });
    close(got!, point, 2e-6);
  });
}

Deno.test("sdarts-adv: the start is kept where the loss has not grown", async () => {
  // A loss whose slope lies about the way up: the ascent goes down.
  const losses: Node[] = [];
  const start = input("start", [layout.floats]);
  const wrong = (a: Node): Node => {
    losses.push(a);
    return losses.length <= 2 ? quadratic(-1)(a) : quadratic(1)(a);
  };
  const mixing = signAscent(start, {
    layout,
    displacement: input("displacement", [layout.floats]),
    epsilon: constant(0.3, [1]),
    steps: 2,
    loss: wrong,
  });
  assertEquals(losses.length, 4, "two steps, and the two losses that are compared");
  const feeds = {
    start: Float32Array.from(byRow(alphas, softmax)),
    displacement: Float32Array.from(cube(0.3)),
  };
  assertEquals((await run([mixing], feeds))[0], feeds.start);
});
