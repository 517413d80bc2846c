/** Bind groups: of each dispatch one, or few where the dispatches are many. */
import { assert, assertEquals } from "deno-std/assert";
import { type Program, Runner } from "../../src/gpu/mod.ts";
import { sharesBindGroups } from "../../src/gpu/program.ts";
import type { Node } from "../../src/graph/node.ts";
import { input, pointwise } from "../../src/graph/ops/mod.ts";
import { software } from "../../src/graph/tuning.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { patched } from "./patched.ts";

/** As many products in a row, each a dispatch, with two matrices by turns. */
function chain(length: number): Record<string, Node> {
  const matrices = [input("a", [4, 4]), input("b", [4, 4])];
  let y: Node = input("x", [4, 1, 2, 4]);
  for (let i = 0; i < length; i++) y = pointwise(y, matrices[i % 2]!);
  return { y };
}

/** The matrix that moves channel i to `to[i]`. */
const moving = (...to: number[]): Float32Array =>
  Float32Array.from({ length: 16 }, (_, i) => Number(to[i % 4] === i >> 2));
const feeds = {
  x: Float32Array.from({ length: 32 }, (_, i) => i),
  a: moving(1, 2, 3, 0),
  b: moving(1, 0, 2, 3),
};

/** The channels of x after so many of the products. */
function moved(length: number): number[] {
  let at = [0, 1, 2, 3];
  for (let i = 0; i < length; i++) at = at.map((k) => (i % 2 === 0 ? [1, 2, 3, 0] : [1, 0, 2, 3])[k]!);
  return Array.from({ length: 32 }, (_, i) => at.indexOf(i >> 3) * 8 + i % 8);
}

async function result(runner: Runner, program: Program): Promise<number[]> {
  const { y } = program.run<"y">(feeds);
  const [values] = await runner.tensors.read([y]);
  runner.tensors.release(y);
  return [...values!];
}

Deno.test("dispatches share bind groups where all of them are more than 8,192", () => {
  const plan = (dispatches: number) =>
    ({ tuning: software, dispatches: { length: dispatches } }) as unknown as Plan;
  assertEquals(sharesBindGroups([plan(8000), plan(192)]), false);
  assertEquals(sharesBindGroups([plan(8000), plan(193)]), true);
});

Deno.test("a step of many dispatches has few bind groups and the same results", async () => {
  const runner = await Runner.open();
  let groups = 0;
  using _watch = patched(GPUDevice.prototype, "createBindGroup", (plain, [given]) => {
    groups++;
    return plain(given);
  });
  const { few } = await runner.prepare({ few: chain(50) });
  assertEquals([few.plan.dispatches.length, groups], [50, 50]);
  assertEquals(await result(runner, few), moved(50));
  groups = 0;
  // The second is within the limit alone, and prepared with the first.
  const { many, more } = await runner.prepare({ many: chain(9003), more: chain(62) });
  assertEquals(many.plan.dispatches.length, 9003);
  assert(groups < 10, `${groups} bind groups`);
  assertEquals(await result(runner, many), moved(9003));
  assertEquals(await result(runner, more), moved(62));
  assertEquals(await result(runner, few), moved(50));
  runner.close();
});
