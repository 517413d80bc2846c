/** What a search is said to have cost, of every method: it counts passes of its own supernet. */
import { assert, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { methods } from "../../src/methods/mod.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import { searchCost } from "../../pipelines/needs/cost.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { noiseData } from "./noise_data.ts";

const problemOf = (method: string, flags: Record<string, string> = {}) => {
  const space = method === "fair-darts" ? "s2" : "s3";
  const sizes = { channels: "4", layers: "3", batch: "8", epochs: "4" };
  return searchProblem(resolve(searchCommand, { flags: { ...sizes, space, method, ...flags } }), noiseData);
};
const row = (epoch: number, architecture_loss: number | null): MetricRow => (
  { stage: "search", epoch, architecture_loss }
);

Deno.test("cost: a pass for each image of each step; in epochs in which the alphas rest, the weights' alone", () => {
  const cost = (rows: readonly MetricRow[], steps = 5) =>
    searchCost(problemOf("darts"), { height: 8, width: 8 }, rows, steps);
  const one = cost([row(0, null)], 1);
  assert(one > 0 && one % 8 === 0);
  assertEquals(cost([row(0, null)]), 5 * one);
  assertEquals(cost([row(0, null), row(1, 2.3), row(2, 2.2)]), 25 * one);
  // What was rolled back was paid for.
  assertEquals(cost([row(0, null), row(1, 2.3), row(1, 2.3)]), 25 * one);
  assertEquals(cost([]), 0);
});

Deno.test("cost: four times the pixels cost about four times as much; fewer channels in the mixture less", () => {
  const at = (height: number, flags: Record<string, string> = {}, width = height) =>
    searchCost(problemOf("darts", flags), { height, width }, [row(0, null)], 1);
  const ratio = at(16) / at(8);
  assert(ratio > 3.9 && ratio <= 4, `${ratio}`);
  const oblong = at(8, {}, 16) / at(8);
  assert(oblong > 1.95 && oblong <= 2, `${oblong}`);
  assert(searchCost(problemOf("pc-darts"), { height: 8, width: 8 }, [row(0, null)], 1) < at(8) / 2);
});

Deno.test("cost: every method's supernet can be counted", () => {
  for (const { name } of methods) {
    const cost = searchCost(problemOf(name), { height: 8, width: 8 }, [row(0, 2.3)], 1);
    assert(cost > 0 && Number.isInteger(cost), name);
  }
});
