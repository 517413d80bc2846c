/** The model's times: what binds, and that more work or a slower device takes longer. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { graphs } from "../../bench/steps.ts";
import { software } from "../../src/graph/tuning.ts";
import { corrected, devices } from "../../src/model/devices.ts";
import { estimate, familyOf, model } from "../../src/model/estimate.ts";
import { type CallFacts, Facts } from "../../src/model/facts.ts";
import { compile } from "../../src/plan/compile.ts";

const kernel = { threads: 64, storageBuffers: 3, workgroupMemory: 0, liveFloats: 40 };
const call: CallFacts = {
  workgroups: 1000,
  far: 4,
  near: 0,
  barriers: { workgroup: 0, storage: 0 },
  operations: 100,
  lines: 16,
  bytes: { 32: { once: 2048, anew: 2048 }, 64: { once: 2048, anew: 2048 } },
  footprint: 2048,
  scattered: 1,
};
const { h100, rtx3060, m2 } = devices;
const work = { flop: 1e6, bytes: 4e6 };

Deno.test("model: what binds a dispatch", () => {
  // 4 MB at 88 % of 360 GB/s are 12.6 µs; 2.5 µs until the next dispatch, 1.05 until memory is busy.
  const memory = estimate(rtx3060, work, kernel, [call]);
  assertEquals(memory.bound, "memory");
  assertAlmostEquals(memory.time, 2.5 + 3 * 0.35 + 4e6 / (360e3 * 0.88), 1e-9);
  assertAlmostEquals(memory.roofline, 4e6 / 360e3, 1e-9);
  // A few workgroups that wait often.
  const latency = estimate(h100, work, kernel, [{ ...call, workgroups: 4, far: 128 }]);
  assertEquals(latency.bound, "latency");
  assert(latency.time > 2.5 + 128 * 0.35);
  assertEquals(estimate(h100, work, kernel, [{ ...call, operations: 1e5 }]).bound, "issue");
  assertEquals(estimate(h100, work, kernel, [{ ...call, lines: 1e5 }]).bound, "cache of a core");
  const again = { once: 1e6, anew: 1e6 };
  assertEquals(
    estimate(h100, work, kernel, [{ ...call, bytes: { 32: again, 64: again } }]).bound,
    "shared cache",
  );
});

Deno.test("model: floats that registers do not hold cost time on the device that has fewer", () => {
  const time = (device: typeof m2 | typeof h100, liveFloats: number) =>
    estimate(device, { flop: 0, bytes: 0 }, { ...kernel, liveFloats }, [{ ...call, workgroups: 1e5 }]).time;
  assert(time(m2, 172) > 2 * time(m2, 90));
  assertEquals(time(h100, 172) > 2 * time(h100, 90), false);
});

Deno.test("model: calls are those of a plan, and the order of devices is that of their memories", () => {
  const sizes = {
    space: "s5",
    channels: 4,
    layers: 3,
    batch: 8,
    size: 16,
    imageChannels: 3,
    classes: 10,
  } as const;
  const { weight_step } = graphs({ ...sizes, samples: 1, iterations: 1 });
  const plan = compile(weight_step, { maxBinding: 2 ** 31 - 4, tuning: software });
  const facts = new Facts();
  for (const dispatch of plan.dispatches) {
    const calls = facts.calls(plan, dispatch);
    assertEquals(calls.length, dispatch.grid[2]);
    assertEquals(Math.max(...dispatch.calls.map(({ grid: [x] }) => x)), dispatch.grid[0]);
    for (const { far, operations } of calls) assert(far > 0 && operations > 0, dispatch.label);
  }
  const time = (device: typeof m2 | typeof h100 | typeof rtx3060): number =>
    model(plan, device, facts).reduce((sum, row) => sum + row.time, 0);
  assert(time(h100) < time(rtx3060) && time(rtx3060) < time(m2));
  const rows = model(plan, h100, facts);
  assertEquals(rows.reduce((sum, { dispatches }) => sum + dispatches, 0), plan.dispatches.length);
  for (const { time, roofline, bound, family } of rows) {
    assert(roofline < time, family);
    assertAlmostEquals(Object.values(bound).reduce((a, b) => a + b), time, 1e-9 * time);
  }
});

Deno.test("model: what was measured of a device takes the place of its constants", () => {
  const measured = {
    peakGflops: 50_000,
    gigabytesPerSecond: 3080,
    dispatchMicroseconds: 5,
    loadNanoseconds: 600,
  };
  const device = corrected(h100, measured);
  assertEquals([device.peak, device.latency, device.cores], [50_000, 0.6, 132]);
  assertAlmostEquals(device.memory, 3500, 1e-9); // kernels reach 88 % of it
  assertAlmostEquals(device.gap, 5 - 3 * 0.6, 1e-9);
  assertEquals(corrected(h100, { ...measured, dispatchMicroseconds: 1 }).gap, 0);
});

Deno.test("model: the family of a kernel is its name without sizes", () => {
  assertEquals(familyOf("depthwise_weight_grad 5x5 s1 d2"), "depthwise_weight_grad");
  assertEquals(familyOf("relu"), "relu");
});
