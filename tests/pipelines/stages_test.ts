/** Stages are pure: the same state and batch give the same bits, and the state stays as it was. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { type DeviceTensor, tensorsOf } from "../../src/gpu/mod.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { perturb, perturbGraph } from "../../pipelines/stages/perturb.ts";
import { numbersOf, searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { supernetStep, supernetStepGraph } from "../../pipelines/stages/architecture_step.ts";
import { weightStep, weightStepGraph } from "../../pipelines/stages/weight_step.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData as data, side } from "./noise_data.ts";

const batch = 8;
const host = (seed: number): HostBatch => ({
  pixels: Uint32Array.from({ length: (batch * side * side) / 4 }, (_, i) => word([seed, 1], i)),
  labels: Uint32Array.from({ length: batch }, (_, i) => (i + seed) % 3),
  plan: new Uint32Array(batch * 6),
});

const runner = sharedRunner();
const bits = async (tensors: readonly DeviceTensor[]): Promise<string[]> =>
  (await runner.tensors.read(tensors)).map((values) =>
    new Uint32Array(values.buffer, values.byteOffset, values.length).join()
  );

const cases: readonly Record<string, string>[] = [
  { space: "s1" },
  { space: "s4" },
  { space: "s5" },
  { space: "s2", method: "darts", order: "2", searchDropPath: "0.3" },
  { space: "s4", method: "darts", order: "2", unrolled: "fd" },
  { space: "s4", method: "pc-darts", searchDropPath: "0.3" },
  { space: "s5", method: "pc-darts", port: "smoothdarts" },
  { space: "nasbench201", method: "pc-darts" },
];
for (const flags of cases) {
  const name = Object.entries(flags).map((pair) => pair.join(" ")).join(", ");
  Deno.test(`${name}: architecture step, perturbation and weight step are pure`, async () => {
    const config = resolve(searchCommand, {
      flags: { method: "ms-darts", ...flags, batch: String(batch), channels: "4", layers: "3" },
    });
    const problem = searchProblem(config, data);
    const load = async (graph: Parameters<typeof runner.compile>[0]) =>
      await runner.load(runner.compile(graph));
    const programs = [supernetStepGraph, perturbGraph, weightStepGraph].map((graph) => load(graph(problem)));
    const [first, second, third] = await Promise.all(programs);
    const architecture = supernetStep(problem, first!);
    const shift = perturb(problem, second!);
    const weights = weightStep(problem, third!);

    const state = initialSearchState(runner, problem.net, keyFromSeed(5));
    const before = await bits(tensorsOf(state));
    const numbers = Object.fromEntries(Object.keys(numbersOf(problem, 0)).map((name) => [name, 0.2]));
    const once = async () => {
      const [searched, m1] = architecture(state, {
        train: host(2),
        valid: host(1),
        lr: 0.1,
        drop: 0.3,
        numbers,
      });
      const mixing = shift(searched, { train: host(2), valid: host(1), numbers });
      const [trained, m2] = weights(searched, { train: host(2), mixing, lr: 0.1, drop: 0.3, numbers });
      const result = await bits([...tensorsOf(trained), mixing, m1.loss, m1.correct, m2.loss, m2.correct]);
      const kept = new Set(tensorsOf(state));
      const made = new Set([
        ...tensorsOf(searched),
        ...tensorsOf(trained),
        ...tensorsOf(m1),
        ...tensorsOf(m2),
        mixing,
      ]);
      runner.tensors.release(...[...made].filter((tensor) => !kept.has(tensor)));
      return result;
    };
    const results = [await once(), await once()];
    const made = runner.tensors.created;
    results.push(await once());
    assertEquals(runner.tensors.created, made, "a step creates no buffers once it has run");
    assertEquals(results[0], results[1]);
    assertEquals(results[0], results[2]);
    assertEquals(await bits(tensorsOf(state)), before);
    results[0]!.slice(0, before.length).forEach((tensor, i) =>
      assertNotEquals(tensor, before[i], `tensor ${i} moved`)
    );
    assert(!results[0]!.join().includes("2143289344"), "no NaN");
    runner.tensors.release(...tensorsOf(state));
    (await Promise.all(programs)).forEach((program) => program.destroy());
  });
}
