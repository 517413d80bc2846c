/** Programs of one runner share their memory, and none finds its own changed. */
import { assert, assertEquals, assertRejects } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import type { Node } from "../../src/graph/node.ts";
import { combine, constant, depthwise, input, pointwise, relu } from "../../src/graph/ops/mod.ts";
import { type Program, Runner } from "../../src/gpu/mod.ts";
import { type Plan, planBytes } from "../../src/plan/plan.ts";
import { normal } from "../../src/random.ts";

const x = input("x", [3, 2, 9, 9]);
const filter = constant(Float32Array.from({ length: 27 }, (_, i) => normal([7, 7], i)), [3, 9]);
const matrix = constant(0.25, [3, 3]);
/** Layers over constants that another program overwrites if it can. */
function stack(layers: number): Record<string, Node> {
  let y: Node = x;
  for (let i = 0; i < layers; i++) {
    const z = pointwise(depthwise(relu(y), filter, { kernel: 3, stride: 1, dilation: 1 }), matrix);
    y = combine([{ x: z }, { x: y, scale: constant(0.5 + i, [3]) }]);
  }
  return { y };
}
/** Wants more memory than the stacks and fills it. */
const wide = {
  y: combine(
    Array.from({ length: 9 }, (_, i) => ({ x: pointwise(x, constant(i + 1, [40, 3])) })),
    constant(1e6, [40]),
  ),
};
const feed = {
  x: Float32Array.from({ length: 3 * 2 * 9 * 12 }, (_, i) => i % 12 < 9 ? normal([1, 2], i) : 0),
};

async function bits(runner: Runner, program: Program): Promise<string> {
  const { y } = program.run<"y">(feed);
  const [data] = await runner.tensors.read([y]);
  runner.tensors.release(y);
  return new Uint32Array(data!.buffer, data!.byteOffset, data!.length).join();
}
const graphs = [stack(2), wide, stack(5)];
const arenaOf = ({ chunks }: Plan): number => chunks.reduce((a, b) => a + b, 0);

Deno.test("programs that take turns in one arena give the bits that each gives alone", async () => {
  const alone: string[] = [];
  for (const graph of graphs) {
    const runner = await Runner.open();
    alone.push(await bits(runner, await runner.load(runner.compile(graph))));
    runner.close();
  }
  assert(alone.every((numbers) => numbers.split(",").some((x) => x !== "0")));
  const runner = await Runner.open();
  const plans = graphs.map((graph) => runner.compile(graph));
  const programs: Program[] = [];
  for (const [i, plan] of plans.entries()) {
    programs.push(await runner.load(plan));
    // The arena has just grown under those that were there before.
    for (const k of [...programs.keys(), i]) {
      assertEquals(await bits(runner, programs[k]!), alone[k], `program ${k}`);
    }
  }
  assertEquals(
    runner.arenaBytes,
    planBytes(...plans) - plans.reduce((sum, p) => sum + planBytes(p) - arenaOf(p), 0),
  );
  assert(runner.arenaBytes <= 1.1 * Math.max(...plans.map(arenaOf)));
  programs[1]!.destroy();
  assertEquals(await bits(runner, programs[2]!), alone[2]);
  programs[0]!.destroy();
  programs[2]!.destroy();
  assertEquals(runner.arenaBytes, 0);
  runner.close();
});

Deno.test("programs that are loaded at one time do not take each other's memory away", async () => {
  const runner = await Runner.open();
  const programs = await Promise.all(graphs.map((graph) => runner.load(runner.compile(graph))));
  const first = [];
  for (const program of programs) first.push(await bits(runner, program));
  for (const [i, program] of programs.entries()) assertEquals(await bits(runner, program), first[i]);
  runner.close();
});

Deno.test("an arena that cannot grow leaves the programs in it as they were", async () => {
  const runner = await Runner.open();
  const [small, large] = [runner.compile(graphs[0]!), runner.compile(graphs[1]!)];
  const program = await runner.load(small);
  const before = await bits(runner, program);
  const { arenaBytes } = runner;
  // More than any device has in one buffer.
  await assertRejects(() => runner.load({ ...large, chunks: large.chunks.map(() => 2 ** 50) }), UserError);
  assertEquals(runner.arenaBytes, arenaBytes);
  assertEquals(await bits(runner, program), before);
  const after = await runner.load(large);
  assertEquals((await bits(runner, after)).length > 0, true);
  assertEquals(await bits(runner, program), before);
  runner.close();
});

Deno.test("a program that leaves while another enters takes nothing from it", async () => {
  const runner = await Runner.open();
  const [small, large] = [runner.compile(graphs[0]!), runner.compile(graphs[1]!)];
  const alone = await runner.load(large);
  const expected = await bits(runner, alone);
  alone.destroy();
  const program = await runner.load(small);
  let entered = false;
  const entering = runner.load(large).finally(() => entered = true);
  for (let turn = 0; turn < 200; turn++) {
    // Until the arena has grown, whose errors are then awaited.
    if (runner.arenaBytes > arenaOf(small)) break;
    await new Promise((done) => setTimeout(done, 1));
  }
  assert(!entered, "it was too late to leave while it enters");
  program.destroy();
  assertEquals(await bits(runner, await entering), expected);
  runner.close();
});

Deno.test("a step creates no buffer and no bind group, and reads nothing back", async () => {
  const runner = await Runner.open();
  const program = await runner.load(runner.compile(graphs[2]!));
  runner.tensors.release(program.run<"y">(feed).y);
  await runner.settle();
  const calls: string[] = [];
  const watched = [[GPUDevice, "createBuffer"], [GPUDevice, "createBindGroup"], [
    GPUBuffer,
    "mapAsync",
  ]] as const;
  const restore = watched.map(([{ prototype }, name]) => {
    const object = prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
    const plain = object[name]!;
    object[name] = function (...given) {
      calls.push(name);
      return plain.apply(this, given);
    };
    return () => object[name] = plain;
  });
  try {
    const { y } = program.run<"y">(feed);
    assertEquals(calls, []);
    await runner.tensors.read([y]);
    assertEquals(calls, ["createBuffer", "mapAsync"], "the watch sees what there is");
  } finally {
    restore.forEach((undo) => undo());
  }
  runner.close();
});
