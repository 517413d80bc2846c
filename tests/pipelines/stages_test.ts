/** Stages are pure: the same state and batch give the same bits, and the state stays as it was. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { type DeviceTensor, tensorsOf } from "../../src/gpu/mod.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { perturb, perturbGraph } from "../../pipelines/stages/perturb.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { supernetStep, supernetStepGraph } from "../../pipelines/stages/supernet_step.ts";
import { weightStep, weightStepGraph } from "../../pipelines/stages/weight_step.ts";
import { sharedRunner } from "../kernels/harness.ts";

const batch = 8;
const side = 12;
const images = (name: string, count: number) => ({
  name,
  count,
  channels: 1,
  height: side,
  width: side,
  pixels: Uint8Array.from({ length: count * side * side }, (_, i) => word([3, 3], i) & 255),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});
const data = makeDataset({
  name: "noise",
  description: "made up",
  classes: ["a", "b", "c"],
  train: images("train", 32),
  test: images("test", 8),
  augmentation: { pad: 1, flip: true },
});
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

for (const space of ["s1", "s4", "s5"]) {
  Deno.test(`${space}: architecture step, perturbation and weight step are pure`, async () => {
    const config = resolve(searchCommand, {
      flags: { space, batch: String(batch), channels: "4", layers: "3", method: "ms-darts" },
    });
    const problem = searchProblem(config, data);
    const load = async (graph: Parameters<typeof runner.compile>[0]) =>
      await runner.load(runner.compile(graph));
    const programs = [supernetStepGraph, perturbGraph, weightStepGraph].map((graph) => load(graph(problem)));
    const [first, second, third] = await Promise.all(programs);
    const architecture = supernetStep(problem, first!);
    const shift = perturb(second!);
    const weights = weightStep(third!);

    const state = initialSearchState(runner, problem.net, problem.layout, keyFromSeed(5));
    const before = await bits(tensorsOf(state));
    const once = async () => {
      const [searched, m1] = architecture(state, host(1));
      const mixing = shift(searched, { train: host(2), valid: host(1), epsilon: 0.2 });
      const [trained, m2] = weights(searched, { train: host(2), mixing, lr: 0.1 });
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
