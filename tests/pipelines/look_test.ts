/** What a search logs of its alphas on the way, and numbers of methods that grow by the step. */
import { assert, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { silent } from "../../pipelines/run/hooks.ts";
import type { AnySearchEpoch } from "../../pipelines/stages/epoch.ts";
import { scheduleOf, searchProblem } from "../../pipelines/stages/problem.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";

const problemOf = (flags: Record<string, string>) =>
  searchProblem(
    resolve(searchCommand, {
      flags: { space: "s3", batch: "8", channels: "2", layers: "3", epochs: "4", archLr: "0.1", ...flags },
    }),
    noiseData,
  );

async function epochsOf(flags: Record<string, string>): Promise<AnySearchEpoch[]> {
  const epochs: AnySearchEpoch[] = [];
  await findCell(sharedRunner(), problemOf(flags), silent, (epoch) => epochs.push(epoch));
  return epochs;
}

// Two steps an epoch.
Deno.test("looks: every so many steps and at the end of each epoch, once where these meet", async () => {
  const epochs = await epochsOf({ method: "darts", logEvery: "3", epochs: "3" });
  assertEquals(epochs.map(({ looks }) => looks!.map(({ step }) => step)), [[2], [3, 4], [6]]);
  for (const { looks, weights: _w, ...epoch } of epochs) {
    const end = looks!.at(-1)!;
    assertEquals([end.genotype, end.skips, end.entropy], [epoch.genotype, epoch.skips, epoch.entropy]);
    assertEquals([end.margin, end.skipWeight, end.nones], [epoch.margin, epoch.skipWeight, epoch.nones]);
    // One normal cell and two reduction cells: only these can agree.
    assertEquals(Object.keys(end.alignment!), ["reduce"]);
    assert(Math.abs(end.alignment!["reduce"]!) <= 1);
  }
  const [, second] = epochs;
  assert(second!.looks![0]!.entropy !== second!.looks![1]!.entropy, "the alphas move between two looks");
});

Deno.test("looks: none are kept unless they are asked for", async () => {
  const [epoch] = await epochsOf({ method: "darts", epochs: "1" });
  assertEquals([epoch!.looks, epoch!.step], [undefined, 2]);
});

Deno.test("numbers of methods grow by the epoch, or by the step; the learning rate never by the step", () => {
  const at = (ramps: string) => scheduleOf(problemOf({ method: "sdarts-rs", ramps }), 1, 0.5);
  const epsilon = (ramps: string) => at(ramps).numbers["epsilon"]!;
  assertEquals(epsilon("epoch").toFixed(6), (0.03 + 0.27 / 4).toFixed(6));
  assertEquals(epsilon("step").toFixed(6), (0.03 + 0.27 * 1.5 / 4).toFixed(6));
  assertEquals(at("step").lr, at("epoch").lr);
});

Deno.test("numbers that reach their end in the last epoch stay there during it", () => {
  const inLast = (method: string) => scheduleOf(problemOf({ method, ramps: "step" }), 3, 0.5).numbers;
  assertEquals(inLast("snas")["temperature"]!.toFixed(6), "0.030000");
});
