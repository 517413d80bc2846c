/**
 * What a GPU wants of a plan: many workgroups, few floats a thread, neighbours that read neighbours. No device is needed:
 * the plans are those of the record `gpu`, and the model reads their kernels. Sizes are the paper's supernet, that of
 * NAS-Bench-201, and a training.
 */
import { assertEquals } from "deno-std/assert";
import { graphs, training } from "../../bench/steps.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { channelDot, convolution, input, sum } from "../../src/graph/ops/mod.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { devices } from "../../src/model/devices.ts";
import { familyOf, model } from "../../src/model/estimate.ts";
import { Facts } from "../../src/model/facts.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { compile } from "../../src/plan/compile.ts";

/** What every dispatch keeps to. */
const most = {
  liveFloats: 112,
  workgroupMemory: 16384,
  storageBuffers: 8,
  threads: 256,
  grid: 65535,
};
/**
 * What more is wanted of heavy calls, of which fewer leave a device idle: those that move so many bytes, or have so many
 * operations, of a family of kernels that takes such a share of a step's time on a large GPU, as the model has it. A
 * program is a workgroup, and its calls are light.
 */
const heavy = { bytes: 2 ** 19, flop: 2 ** 22, share: 0.03 };
const fewest = 64;
/** Lines of 128 bytes that neighbouring threads touch at a time, over as many as what they move fills. */
const scatteredMost = 4;

const common = { batch: 64, size: 32, imageChannels: 3, classes: 10, samples: 3, iterations: 2 };
const s5 = graphs({ ...common, space: "s5", channels: 16, layers: 8 });
const plans: Readonly<Record<string, Record<string, Node>>> = {
  "the paper's weight step": s5.weight_step,
  "the paper's mean shift": s5.mean_shift,
  "NAS-Bench-201's weight step":
    graphs({ ...common, space: "nasbench201", channels: 16, layers: 15 }).weight_step,
  "a training step": training({
    ...{ ...common, batch: 96, channels: 36, layers: 5 },
    ...{ genotype: publishedGenotypes.DARTS_V2, auxiliary: 0.4, dropPath: 0.2 },
  }).graph,
};

Deno.test("the record for GPUs gives kernels that fill one", () => {
  const facts = new Facts();
  /** The worst of what each family misses: how many times it goes beyond what is wanted, and which kernel does so. */
  const missed = new Map<string, { times: number; words: string }>();
  for (const [name, outputs] of Object.entries(plans)) {
    const plan = compile(outputs, { maxBinding: 2 ** 31 - 4, tuning: records.gpu });
    const rows = model(plan, devices.h100, facts);
    const least = heavy.share * rows.reduce((sum, { time }) => sum + time, 0);
    for (const dispatch of plan.dispatches) {
      const { kernel, grid, flop, bytes } = dispatch;
      const family = familyOf(kernel.label);
      const want = (what: string, value: number, times: number): void => {
        const key = `${family}: ${what}`;
        if (times <= Math.max(1, missed.get(key)?.times ?? 0)) return;
        missed.set(key, { times, words: `${key} ${value}, ${kernel.label} in ${name}` });
      };
      const found = { ...facts.kernel(kernel), grid: Math.max(...grid) };
      for (const [what, value] of Object.entries(found)) {
        want(what, value, value / most[what as keyof typeof most]);
      }
      const { time } = rows.find((row) => row.family === family)!;
      if (family === "program" || time < least) continue;
      if (Math.max(bytes / heavy.bytes, flop / heavy.flop) < grid[2]) continue;
      for (const { workgroups, scattered } of facts.calls(plan, dispatch)) {
        want("workgroups", workgroups, fewest / workgroups);
        want("lines of memory", scattered, scattered / scatteredMost);
      }
    }
  }
  const words = [...missed.values()].map(({ words }) => words);
  assertEquals(words, []);
});

Deno.test("a dense convolution of any width keeps to the grid that a device takes", () => {
  for (const channels of [512, 1024]) {
    const x = input("x", [channels, 2, 4, 4]);
    const w = input("w", [channels, 9 * channels]);
    const y = convolution(x, w, { kernel: [3, 3], stride: [1, 1], pad: [1, 1] });
    const [dx, dw] = gradient(sum(channelDot(y, input("dy", y.shape))), [x, w]);
    for (const tuning of Object.values(records)) {
      const { dispatches } = compile({ y, dx: dx!, dw: dw! }, { maxBinding: 2 ** 31 - 4, tuning });
      const over = dispatches.filter(({ grid }) => Math.max(...grid) > most.grid);
      assertEquals(over.map(({ label, grid }) => [label, ...grid]), []);
    }
  }
});
