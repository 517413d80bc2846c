/** One step under every way to plan it: tiny bindings, so that memory is many chunks, and each fusion pass alone. */
import { assert, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics, updateStatistics } from "../../src/nn/statistics.ts";
import { keyFromSeed, normal } from "../../src/random.ts";
import { softmaxRows } from "../../src/network/alphas.ts";
import { flatGradient, score } from "../../src/search/step_graphs.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { passes, type PassName } from "../../src/plan/fuse.ts";
import type { Plan, PlanLimits } from "../../src/plan/plan.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { forgetMemory } from "../kernels/unwritten.ts";

const net = supernet(spaceByName("s5"), { channels: 2, layers: 3, classes: 5 });
const layout = net.alphas;
const batch = 8;
const [weights, alphas, statistics, images] = [
  input("weights", [net.layout.parameterFloats]),
  input("alphas", [layout.floats]),
  input("statistics", [net.layout.statisticsFloats]),
  input("images", [3, batch, 12, 12]),
];
const scored = score(net, "train", softmaxRows(alphas, layout), { weights, statistics }, {
  images,
  labels: input("labels", [batch], "u32"),
});
const outputs = {
  loss: scored.loss,
  slope: flatGradient(scored.loss, weights, net.layout),
  alphaSlope: gradient(scored.loss, [alphas])[0]!,
  statistics: updateStatistics(statistics, scored.moments, net.layout),
};
const feeds = {
  weights: initialParameters(net.layout, keyFromSeed(1)),
  alphas: Float32Array.from({ length: layout.floats }, (_, i) => normal([1, 2], i)),
  statistics: freshStatistics(net.layout),
  // Rows of 12 columns have no padding.
  images: Float32Array.from({ length: 3 * batch * 12 * 12 }, (_, i) => normal([3, 4], i)),
  labels: Uint32Array.of(0, 3, 4, 1, 2, 2, 0, 1),
};

/** The outputs under a plan, and how the plan came out. */
async function planned(
  limits: PlanLimits,
  fusion?: readonly PassName[],
  graph: Partial<typeof outputs> = outputs,
) {
  const runner = sharedRunner();
  const plan = compile(graph, limits, fusion);
  const program = await runner.load(plan);
  // Twice: the second run finds the memory as the first one left it.
  forgetMemory();
  runner.tensors.release(...Object.values(program.run(feeds)));
  const results = program.run<keyof typeof outputs>(feeds);
  const data = await runner.tensors.read(Object.values(results));
  runner.tensors.release(...Object.values(results));
  program.destroy();
  return { plan, values: Object.fromEntries(Object.keys(results).map((name, i) => [name, data[i]!])) };
}

const whole = await planned({ maxBinding: 2 ** 27 });

// Dense tensors, which lie in one chunk if they fit, take 657 KiB here, and all maps 4.2 MiB.
for (const kilobytes of [512, 1536]) {
  Deno.test(`bindings of at most ${kilobytes} KiB give the same bits`, async () => {
    const { plan, values } = await planned({ maxBinding: kilobytes * 1024 });
    assert(plan.chunks.length >= 4, `${plan.chunks.length} chunks`);
    assert(plan.chunks.every((bytes) => bytes <= kilobytes * 1024), `${plan.chunks}`);
    assert(
      kilobytes === 512 ? plan.chunks[0]! < whole.plan.chunks[0]! : plan.chunks[0] === whole.plan.chunks[0],
    );
    assert(plan.dispatches.length > whole.plan.dispatches.length);
    assertEquals(values, whole.values);
  });
}

const names = Object.keys(passes) as PassName[];
for (const fusion of [[], ...names.map((name) => names.filter((other) => other !== name))]) {
  Deno.test(`fusion by ${fusion.join(", ") || "nothing"} gives the same bits`, async () => {
    const { values } = await planned({ maxBinding: 2 ** 27 }, fusion);
    assertEquals(values, whole.values);
  });
}

const arenaOf = ({ chunks }: Plan): number => chunks.reduce((a, b) => a + b, 0);
for (const [share, kilobytes] of [[0.8, 2 ** 17], [0.6, 2 ** 17], [0, 1536]] as const) {
  Deno.test(`recomputing down to ${100 * share} % of the memory gives the same bits`, async () => {
    const memory = share * arenaOf(whole.plan);
    const { plan, values } = await planned({ maxBinding: kilobytes * 1024, memory });
    assert(
      arenaOf(plan) <= Math.max(memory, 0.6 * arenaOf(whole.plan)),
      `${arenaOf(plan)} of ${memory} bytes`,
    );
    assert(plan.dispatches.length > whole.plan.dispatches.length);
    assertEquals(values, whole.values);
  });
}

Deno.test("recomputing a step without weight gradients, whose convolutions nothing keeps, gives the same bits", async () => {
  const { loss, alphaSlope } = outputs;
  const [kept, again] = [
    await planned({ maxBinding: 2 ** 27 }, undefined, { loss, alphaSlope }),
    await planned({ maxBinding: 2 ** 27, memory: 0 }, undefined, { loss, alphaSlope }),
  ];
  assert(arenaOf(again.plan) <= 0.7 * arenaOf(kept.plan), `${arenaOf(again.plan)} of ${arenaOf(kept.plan)}`);
  assertEquals(again.values, kept.values);
});
