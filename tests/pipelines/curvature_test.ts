/** The dominant eigenvalue in a search: Lanczos finds what the full matrix has, and the state stays as it was. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { curvatureGraph, dominantEigen, isFull } from "../../pipelines/loops/curvature.ts";
import { numbersOf, searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { tensorsOf } from "../../src/gpu/mod.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData as data, side } from "./noise_data.ts";

const runner = sharedRunner();
const batch: HostBatch = {
  pixels: Uint32Array.from({ length: (8 * side * side) / 4 }, (_, i) => word([3, 1], i)),
  labels: Uint32Array.from({ length: 8 }, (_, i) => i % 3),
  plan: new Uint32Array(8 * 6),
};
const problemOf = (flags: Record<string, string>) =>
  searchProblem(
    resolve(searchCommand, {
      flags: { hessian: "every=1", batch: "8", channels: "2", layers: "3", ...flags },
    }),
    data,
  );

// S4 draws noise, which has to be the same in all products; S3's matrices end off the 4-float grid.
for (const space of ["s3", "s4"]) {
  Deno.test(`the dominant eigenvalue of ${space} by Lanczos and by the full matrix`, async () => {
    const estimate = async (spectrum: string, previous?: Float64Array) => {
      const problem = problemOf({ space, spectrum });
      const state = initialSearchState(runner, problem.net, keyFromSeed(5));
      const before = await runner.tensors.read(tensorsOf(state));
      const program = await runner.load(runner.compile(curvatureGraph(problem)));
      const found = await dominantEigen(runner, problem, program, {
        state,
        numbers: numbersOf(problem, 0),
        batch,
        previous,
      });
      program.destroy();
      assertEquals(await runner.tensors.read(tensorsOf(state)), before);
      runner.tensors.release(...tensorsOf(state));
      return found;
    };
    const full = await estimate("full");
    const cold = await estimate("lanczos");
    const warm = await estimate("lanczos", full.vector);
    assert(full.value >= 1e-3);
    for (const { value, error } of [cold, warm]) {
      assert(error <= 0.05 * value);
      assert(Math.abs(value - full.value) < 0.05 * full.value, `${value}, wants ${full.value}`);
    }
    assert(cold.products < full.products / 2, `${cold.products} products`);
    assert(warm.products <= cold.products);
  });
}

Deno.test("a full matrix above the limit is refused with its size", () => {
  const problem = problemOf({ space: "s5", spectrum: "full", fullLimit: "200" });
  assertThrows(() => isFull(problem), Error, "224 alphas takes 224 products and 401408 bytes");
});
