/** DARTS as it was published, which most methods take over. */
import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { methods, methodSettings, relax } from "../../src/methods/mod.ts";
import { darts } from "../../src/methods/darts.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { softmax } from "../../src/softmax.ts";
import { run } from "../kernels/harness.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { interpret } from "../reference/interpreter.ts";

Deno.test("darts: Adam's moments, the alphas' start, no rest, alphas first", () => {
  const node = (name: string) => input(name, [4]);
  const nodes = { x: node("x"), mean: node("mean"), variance: node("variance"), gradient: node("gradient") };
  const layout = alphaLayout([{ name: "a", title: "", rows: [{ name: "", choices: ["", "", "", ""] }] }]);
  const moved = darts.optimiser.move({ ...nodes, schedule: input("schedule", [2]) }, layout, 0);
  const feeds = { x: [0, 0, 0, 0], mean: [1, 1, 1, 1], variance: [1, 1, 1, 1], gradient: [2, 2, 2, 2] };
  const [mean, variance] = interpret([moved.mean, moved.variance], feeds);
  assertEquals(mean![0], 1.5);
  assertAlmostEquals(variance![0]!, 0.999 + 4e-3, 1e-12);
  assertEquals(darts.start, { mean: 0, deviation: 1e-3 });
  assertEquals(darts.warmup(methodSettings(), 50, spaceByName("s5")), 0);
  assertEquals(darts.stepOrder(methodSettings()), "alphas first");
  const others = methods.filter(({ stepOrder }) => stepOrder(methodSettings()) !== "alphas first");
  assertEquals(others.map(({ name }) => name), ["gdas", "snas", "lambda-darts"]);
});

Deno.test("darts: the mixing weights are the softmax of each row", async () => {
  const layout = alphaLayout(spaceByName("s3").matrices);
  const alphas = Float32Array.from({ length: layout.floats }, (_, i) => Math.sin(i));
  const context = { alphas: input("alphas", [layout.floats]), layout, cells: 1, key: undefined, numbers: {} };
  const [mixing] = await run([relax(darts, methodSettings(), context)], { alphas });
  for (const { offset, shape: [rows, columns] } of layout.matrices) {
    for (let from = offset; from < offset + rows * columns; from += columns) {
      const want = softmax([...alphas.subarray(from, from + columns)]);
      want.forEach((value, k) => assertEquals(Math.abs(mixing![from + k]! - value) < 1e-6, true));
    }
  }
});
