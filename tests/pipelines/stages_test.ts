/** Stages are pure: the same state and batch give the same bits, and the state stays as it was. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { type DeviceTensor, type Program, tensorsOf } from "../../src/gpu/mod.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { perturb } from "../../pipelines/stages/perturb.ts";
import { numbersOf, searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch, Stage } from "../../pipelines/stages/stage.ts";
import { architectureStep } from "../../pipelines/stages/architecture_step.ts";
import { weightStep } from "../../pipelines/stages/weight_step.ts";
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
    const programs: Program[] = [];
    const load = async <Given, Result>({ graph, on }: Stage<Given, Result>) => {
      programs.push(await runner.load(runner.compile(graph())));
      return on(programs.at(-1)!);
    };
    const architecture = await load(architectureStep(problem));
    const shift = await load(perturb(problem));
    const weights = await load(weightStep(problem));

    const state = initialSearchState(runner, problem.net, keyFromSeed(5));
    const before = await bits(tensorsOf(state));
    const numbers = Object.fromEntries(Object.keys(numbersOf(problem, 0)).map((name) => [name, 0.2]));
    const once = async () => {
      const given = { train: host(2), search: host(1), lr: 0.1, drop: 0.3, numbers };
      const [searched, m1] = architecture({ ...given, state });
      const mixing = shift({ ...given, state: searched });
      const [trained, m2] = weights({ ...given, state: searched, mixing });
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
    // NaN has both signs, and an infinity is as wrong: all bits of the exponent are set.
    const words = results[0]!.join().split(",").map(Number);
    assert(words.every((word) => (word & 0x7f800000) !== 0x7f800000), "all numbers are finite");
    runner.tensors.release(...tensorsOf(state));
    programs.forEach((program) => program.destroy());
  });
}
