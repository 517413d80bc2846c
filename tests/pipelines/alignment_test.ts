/** The layer alignment of a search: that of the float64 oracle's gradients by cell, and no state moves. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { alignmentStage } from "../../pipelines/stages/alignment.ts";
import { numbersOf, searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { tensorsOf } from "../../src/gpu/mod.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { relax } from "../../src/methods/mod.ts";
import { fold, keyFromSeed, word } from "../../src/random.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { alignmentOf } from "../reference/alignment.ts";
import { interpret } from "../reference/interpreter.ts";
import { gradientsOfCells } from "../reference/network_loss.ts";
import { noiseData as data, side } from "./noise_data.ts";

const runner = sharedRunner();
const batch: HostBatch = {
  pixels: Uint32Array.from({ length: (4 * side * side) / 4 }, (_, i) => word([3, 1], i)),
  labels: Uint32Array.from({ length: 4 }, (_, i) => i % 3),
  plan: new Uint32Array(4 * 6),
};
const problemOf = (flags: Record<string, string>) =>
  searchProblem(resolve(searchCommand, { flags: { batch: "4", channels: "4", ...flags } }), data);

const cases: readonly (readonly [Record<string, string>, readonly string[]])[] = [
  [{ method: "darts", space: "nasbench201", layers: "3" }, ["cell"]],
  [{ method: "darts", space: "s4", layers: "6" }, ["normal", "reduce"]],
  [{ method: "gdas", space: "s2", layers: "4" }, ["normal", "reduce"]],
  [{ method: "gdas", space: "nasbench1shot1-1", layers: "3" }, ["cell"]],
  [{ method: "pc-darts", space: "s3", layers: "3" }, ["reduce"]],
];
for (const [flags, types] of cases) {
  Deno.test(`alignment of ${Object.values(flags).join(" ")}: the float64 oracle's, and nothing moves`, async () => {
    const problem = problemOf(flags);
    const { net, layout, method, config } = problem;
    const measured = alignmentStage(problem)!;
    const program = await runner.load(runner.compile(measured.graph()));
    const state = initialSearchState(runner, net, keyFromSeed(5));
    const before = await runner.tensors.read(tensorsOf(state));
    const numbers = numbersOf(problem, 1);
    const once = async () => {
      const found = measured.on(program)({ state, numbers, batch });
      const values = await runner.tensors.read(Object.values(found));
      runner.tensors.release(...Object.values(found));
      return Object.fromEntries(Object.keys(found).map((name, i) => [name, values[i]![0]!]));
    };
    const got = await once();
    assertEquals(Object.keys(got), types);
    assertEquals(await once(), got);
    assertEquals(await runner.tensors.read(tensorsOf(state)), before);

    const [weights, statistics, alphas] = (await runner.tensors.read([
      state.weights,
      state.statistics,
      state.alphas,
    ])).map((values) => Float64Array.from(values));
    const relaxed = relax(method, config, {
      alphas: input("alphas", [layout.floats]),
      layout,
      cells: net.size.layers,
      key: undefined,
      numbers: Object.fromEntries(Object.keys(numbers).map((name) => [name, input(name, [1])])),
    });
    const feeds = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, [value]]));
    const [row] = interpret([relaxed], { alphas: alphas!, ...feeds });
    const gradients = gradientsOfCells(problem)({
      ...{ weights: weights!, statistics: statistics!, mixing: row!, batch, numbers },
      noiseKey: fold(fold(state.key, "alignment noise"), state.step),
    });
    for (const [type, value] of Object.entries(got)) {
      assertAlmostEquals(value, alignmentOf(gradients[type]!), 2e-5);
      assert(Math.abs(value) > 1e-3, `${value} shows nothing`);
    }
    runner.tensors.release(...tensorsOf(state));
    program.destroy();
  });
}

Deno.test("alignment: nothing is measured where no type has two cells", () => {
  assertEquals(alignmentStage(problemOf({ method: "darts", space: "s2", layers: "1" })), undefined);
  assertEquals(alignmentStage(problemOf({ method: "darts", space: "nasbench201", layers: "1" })), undefined);
});
