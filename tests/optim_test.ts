/** Optimisers against plain float64 loops over several steps, and schedules at their ends. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { constant, input } from "../src/graph/ops/mod.ts";
import { adam, adamSchedule } from "../src/optim/adam.ts";
import { cosine, epsilonRamp, oneCycle, ramp } from "../src/optim/schedules.ts";
import { clipFactor, sgd } from "../src/optim/sgd.ts";
import { normal } from "../src/random.ts";
import { dropPathScales } from "../src/training/drop_path.ts";
import { assertClose } from "./kernels/close.ts";
import { run } from "./kernels/harness.ts";
import { interpret } from "./reference/interpreter.ts";

const n = 7;
const gaussian = (seed: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => normal([seed, 1], i));
const vector = (name: string) => input(name, [n]);

Deno.test("Adam over three steps, by its definition", () => {
  for (const weightDecay of [0, 0.1]) {
    const settings = { beta1: 0.5, beta2: 0.99, weightDecay };
    const nodes = { x: vector("x"), mean: vector("mean"), variance: vector("variance") };
    const next = adam({ ...nodes, gradient: vector("gradient"), schedule: input("schedule", [2]) }, settings);
    let [x, mean, variance] = [gaussian(9), new Float64Array(n), new Float64Array(n)];
    for (const t of [1, 2, 3]) {
      // Some so small that ε decides the step.
      const gradient = gaussian(t).map((g, i) => (i < 3 ? 1e-8 * g : g));
      const feeds = { x, mean, variance, gradient, schedule: adamSchedule(0.01, t, settings) };
      const got = interpret([next.x, next.mean, next.variance], feeds);
      const g = gradient.map((slope, i) => slope + weightDecay * x[i]!);
      mean = mean.map((m, i) => 0.5 * m + 0.5 * g[i]!);
      variance = variance.map((v, i) => 0.99 * v + 0.01 * g[i]! ** 2);
      x = x.map((value, i) =>
        value - 0.01 * mean[i]! / (1 - 0.5 ** t) / (Math.sqrt(variance[i]! / (1 - 0.99 ** t)) + 1e-8)
      );
      // The schedule is float32.
      [x, mean, variance].forEach((want, i) => assertClose(got[i]!, want, `${i} after step ${t}`, 1e-8));
    }
  }
});

Deno.test("SGD over three steps, by its definition, its gradient clipped where it is long", async () => {
  const settings = { momentum: 0.9, weightDecay: 0.01, gradClip: 5 };
  const nodes = { weights: vector("weights"), velocity: vector("velocity"), gradient: vector("gradient") };
  const next = sgd({ ...nodes, lr: input("lr", [1]) }, settings);
  let [w, v]: ArrayLike<number>[] = [Float32Array.from(gaussian(9)), new Float32Array(n)];
  let [weights, velocity] = [Float64Array.from(w!), new Float64Array(n)];
  for (const seed of [1, 2, 3]) {
    const gradient = Float32Array.from(gaussian(seed), (g) => 10 ** (seed - 2) * g);
    const clip = Math.min(1, 5 / Math.hypot(...gradient));
    assertEquals(clip < 1, seed === 3);
    [w, v] = await run([next.weights, next.velocity], {
      weights: Float32Array.from(w!),
      velocity: Float32Array.from(v!),
      gradient,
      lr: Float32Array.of(0.1),
    });
    velocity = velocity.map((x, i) => 0.9 * x + clip * gradient[i]! + 0.01 * weights[i]!);
    weights = weights.map((x, i) => x - 0.1 * velocity[i]!);
    assertClose(v!, velocity, `velocity after step ${seed}`);
    assertClose(w!, weights, `weights after step ${seed}`);
  }
});

Deno.test("a gradient is clipped to a length, and never stretched to it", () => {
  const [long, short] = [[3, 4], [0.3, 0.4]].map((g) => constant(Float32Array.from(g), [2]));
  const factors = interpret([clipFactor(long!, 1), clipFactor(short!, 1), clipFactor(long!, 0)], {});
  assertAlmostEquals(factors[0]![0]!, 1 / (5 + 1e-6), 1e-9);
  assertEquals([factors[1]![0], factors[2]![0]], [1, 1]);
});

Deno.test("schedules: cosine, one-cycle, the radius, a ramp", () => {
  const cosines = [0, 0.5, 1].map((progress) => cosine(0.1, 0.02, progress));
  const cycle = [0, 0.15, 0.3, 0.65, 1].map((progress) => oneCycle(2, progress));
  const got = [...cosines, ...cycle, epsilonRamp(0.25, 0, 40), epsilonRamp(0.25, 20, 40)];
  [0.1, 0.06, 0.02, 0.2, 1.1, 2, 1, 0, 0.025, 0.1375].forEach((want, i) =>
    assertAlmostEquals(got[i]!, want, 1e-12)
  );
  assertEquals([ramp(0, 3), ramp(1, 3), ramp(2, 3), ramp(0, 1)], [0, 0.5, 1, 1]);
});

Deno.test("drop-path scales: as likely zero as they are told, their mean one", () => {
  const scales = dropPathScales([3, 4], 100, 100, 0.3);
  assertEquals([...new Set(scales)].sort(), [0, Math.fround(1 / 0.7)]);
  assert(Math.abs(scales.reduce((a, b) => a + b) / scales.length - 1) < 0.02);
});
