/** Exponentiated gradient on mixing weights, by numbers computed apart and in float64; the levels of a search. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { methodByName } from "../../src/methods/mod.ts";
import { alphaLayout, softmaxRows } from "../../src/network/alphas.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { foresee } from "../../pipelines/needs/foresee.ts";
import { searchSplit } from "../../pipelines/algorithm/batches.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { indexedImages } from "../data/files.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const { optimiser } = methodByName("gaea");
const layout = alphaLayout(spaceByName("nasbench201").matrices);
const node = (name: string) => input(name, [layout.floats]);
const moved = optimiser.move(
  {
    ...{ x: node("x"), mean: node("mean"), variance: node("variance"), gradient: node("gradient") },
    schedule: input("schedule", [2]),
  },
  layout,
  0,
);
const outputs = [moved.x, softmaxRows(moved.x, layout)];
const [rows, columns] = layout.matrices[0]!.shape;
const row = (flat: ArrayLike<number>, r: number) =>
  Array.from({ length: columns }, (_, k) => flat[r * columns + k]!);

Deno.test("gaea: weights times the exponential of their gradient, each row divided by its sum", () => {
  const x = new Float64Array(layout.floats);
  const gradient = Float64Array.from({ length: layout.floats }, (_, i) => i < 5 ? 0 : Math.sin(i));
  gradient.set([0.3, -0.5, 0.1, 0.1, 0]);
  const schedule = optimiser.schedule(0.1, 7);
  const [alphas, mixing] = interpret(outputs, { x, gradient, schedule });
  [0.194019, 0.210178, 0.197938, 0.197938, 0.199927]
    .forEach((want, k) => assertAlmostEquals(mixing![k]!, want, 1e-6));
  for (let r = 0; r < rows; r++) {
    const powers = row(gradient, r).map((g) => 0.2 * Math.exp(-schedule[0]! * g));
    const total = powers.reduce((sum, p) => sum + p);
    row(alphas!, r).forEach((alpha, k) => {
      assertAlmostEquals(mixing![r * columns + k]!, powers[k]! / total, 1e-14);
      assertAlmostEquals(alpha, Math.log(powers[k]! / total), 1e-14);
    });
  }
});

Deno.test("gaea: in float32 a weight that has all but vanished comes back, and rows stay on the simplex", async () => {
  const gradient = Float32Array.from({ length: layout.floats }, (_, i) => 40 * normal([1, 2], i));
  const schedule = Float32Array.of(0.1, 0);
  let x: Float32Array = new Float32Array(layout.floats);
  const step = async (by: Float32Array): Promise<Float32Array> => {
    const [alphas, mixing] = await run(outputs, { x, gradient: by, schedule });
    x = alphas!;
    for (let r = 0; r < rows; r++) {
      assertAlmostEquals(row(mixing!, r).reduce((sum, a) => sum + a), 1, 1e-6);
    }
    return mixing!;
  };
  for (let t = 0; t < 30; t++) await step(gradient);
  assert(x.some((alpha) => Math.exp(alpha) < 1e-45), "no weight is below what float32 can hold");
  let back: Float32Array | undefined;
  for (let t = 0; t < 30; t++) back = await step(gradient.map((g) => -g));
  for (let r = 0; r < rows; r++) row(back!, r).forEach((a) => assertAlmostEquals(a, 0.2, 1e-3));
});

const data = makeDataset({
  name: "indexed",
  description: "made up",
  classes: ["a", "b"],
  train: indexedImages(Array.from({ length: 40 }, (_, i) => i % 2)),
  test: indexedImages([0, 1]),
  augmentation: { pad: 0, flip: false },
});
const flags = { ...{ space: "s3", channels: "2", layers: "2", batch: "8", epochs: "1" }, method: "gaea" };
const problemOf = (more: Record<string, string>) =>
  searchProblem(resolve(searchCommand, { flags: { ...flags, ...more } }), data);

Deno.test("gaea: a learning rate of its own, no penalty on the alphas, a uniform start", () => {
  const { config, method } = problemOf({ archWeightDecay: "0.1" });
  assertEquals([config.archLr, config.archWeightDecay, config.levels], [0.1, 0, 2]);
  assertEquals(method.start, { mean: 0, deviation: 0 });
  assertEquals(problemOf({ archLr: "0.3" }).config.archLr, 0.3);
});

Deno.test("one level: all images train weights and alphas, and the validation images are known to be among them", () => {
  const counts = (more: Record<string, string>) => {
    const problem = problemOf(more);
    const { halves: { weights, alphas }, validation } = searchSplit(problem);
    return [weights.count, alphas.count, validation.count, foresee(problem).length];
  };
  assertEquals(counts({}), [20, 20, 20, 0]);
  assertEquals(counts({ levels: "1", validLimit: "12" }), [40, 40, 12, 1]);
  assertStringIncludes(foresee(problemOf({ levels: "1" })).join(), "validation images have trained");
  // The images that were not in a half of 20 fill a batch of 32.
  assertThrows(() => searchSplit(problemOf({ batch: "32" })), UserError, "weight half");
  searchSplit(problemOf({ batch: "32", levels: "1" }));
  assertThrows(() => searchSplit(problemOf({ batch: "50", levels: "1" })), UserError, "the training images");
});

Deno.test("one level: a short search counts its steps by all images, and who chooses by validation refuses it", () => {
  const archLr = (levels: string) =>
    problemOf({ method: "darts", levels, searchLimit: "4000", epochs: "6", batch: "32" }).config.archLr;
  assertAlmostEquals(archLr("2"), 1 / (4 * 62), 1e-12);
  assertAlmostEquals(archLr("1"), 1 / (4 * 125), 1e-12);
  for (const method of ["random-ws", "r-darts-l2"]) {
    const { message, exitCode } = assertThrows(() => problemOf({ method, levels: "1" }), UserError);
    assertEquals(exitCode, 2);
    assertStringIncludes(message, method);
  }
});
