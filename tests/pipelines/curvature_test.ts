/** The dominant eigenvalue in a search: Lanczos finds what the full matrix has, and the state stays as it was. */
import { assert, assertEquals, assertRejects, assertThrows } from "deno-std/assert";
import {
  type DominantEigen,
  dominantEigen,
  hessianProducts,
  isFull,
} from "../../pipelines/algorithm/eigenvalue.ts";
import { numbersOf, type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
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

/** An estimate at the initial state, which must stay as it is. */
async function estimateOf(
  problem: SearchProblem,
  previous?: Float64Array,
  signal = new AbortController().signal,
): Promise<DominantEigen> {
  const state = initialSearchState(runner, problem.net, keyFromSeed(5));
  const before = await runner.tensors.read(tensorsOf(state));
  const program = await runner.load(runner.compile(hessianProducts(problem).graph()));
  try {
    const at = { state, numbers: numbersOf(problem, 0), batch, previous, signal };
    return await dominantEigen(runner, problem, program, at);
  } finally {
    program.destroy();
    assertEquals(await runner.tensors.read(tensorsOf(state)), before);
    runner.tensors.release(...tensorsOf(state));
  }
}

// S4 draws noise, which has to be the same in all products; S3's matrices end off the 4-float grid.
for (const space of ["s3", "s4"]) {
  Deno.test(`the dominant eigenvalue of ${space} by Lanczos and by the full matrix`, async () => {
    const estimate = (spectrum: string, previous?: Float64Array) =>
      estimateOf(problemOf({ space, spectrum }), previous);
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

for (const spectrum of ["full", "lanczos"]) {
  Deno.test(`an abort stops an estimate before its next product: ${spectrum}`, async () => {
    const stop = new AbortController();
    stop.abort();
    const problem = problemOf({ space: "s3", spectrum });
    await assertRejects(() => estimateOf(problem, undefined, stop.signal), DOMException, "abort");
  });
}

Deno.test("a full matrix above the limit is refused with its size", () => {
  const problem = problemOf({ space: "s5", spectrum: "full", fullLimit: "200" });
  assertThrows(() => isFull(problem), Error, "224 alphas takes 224 products and 401408 bytes");
});
