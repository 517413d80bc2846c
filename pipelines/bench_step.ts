/** `bench-step`: how long the steps of a search take on one supernet, and where the weight step spends its time. */
import { runCommand } from "../src/cli/main.ts";
import { benchStepCommand } from "../src/config/spec.ts";
import type { BenchStepConfig } from "../src/config/derive.ts";
import { type Program, Runner } from "../src/gpu/mod.ts";
import { type Node, storedFloats } from "../src/graph/node.ts";
import { constant, fromNCHW, input } from "../src/graph/ops/mod.ts";
import { methodByName } from "../src/methods/mod.ts";
import { supernet } from "../src/network/supernet.ts";
import { initialParameters } from "../src/nn/initialize.ts";
import { freshStatistics } from "../src/nn/statistics.ts";
import { type Plan, planBytes } from "../src/plan/plan.ts";
import { keyFromSeed, normal } from "../src/random.ts";
import { architectureStep, score, supernetAlphas, weightStep } from "../src/search/step_graphs.ts";
import { spaceByName } from "../src/spaces/mod.ts";

type StepName = "forward" | "weight_step" | "architecture_step" | "mean_shift";

/** The steps as graphs, on a batch of float images. */
function graphs(config: BenchStepConfig): Record<StepName, Record<string, Node>> {
  const { channels, layers, classes, imageChannels, batch, size, samples, iterations } = config;
  const net = supernet(spaceByName(config.space), { channels, layers, classes, imageChannels });
  const layout = supernetAlphas(net);
  const vector = (name: string): Node => input(name, [layout.floats]);
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    noiseKey: input("key", [2], "u32"),
    alphas: vector("alphas"),
    mean: vector("mean"),
    variance: vector("variance"),
    mixing: vector("mixing"),
    schedule: input("schedule", [2]),
    lr: input("lr", [1]),
  };
  const data = {
    images: fromNCHW(input("images", [batch, imageChannels, size * size]), { height: size, width: size }),
    labels: input("labels", [batch], "u32"),
  };
  const architecture = architectureStep(net, nodes, data, { beta1: 0.5, beta2: 0.999, weightDecay: 1e-3 });
  const weights = weightStep(net, nodes, data, { momentum: 0.9, weightDecay: 3e-4, gradClip: 5 });
  const shifted = methodByName("ms-darts").mixing(
    { variant: "default", bandwidth: 1, samples, iterations, epsilon: 0.25 },
    {
      alphas: nodes.alphas,
      layout,
      loss: (mixing) => score(net, "eval", mixing, nodes, data).loss,
      key: nodes.noiseKey,
      epsilon: constant(0.25, [1]),
    },
  );
  const pick = <K extends string>(step: Record<K, Node>, ...names: K[]): Record<string, Node> =>
    Object.fromEntries(names.map((name) => [name, step[name]]));
  return {
    forward: { loss: score(net, "train", nodes.mixing, nodes, data).loss },
    weight_step: pick(weights, "weights", "velocity", "statistics", "loss"),
    architecture_step: pick(architecture, "alphas", "mean", "variance", "statistics", "loss"),
    mean_shift: { mixing: shifted },
  };
}

/** Plausible numbers for every input of a plan. */
function feeds(plan: Plan, config: BenchStepConfig): Record<string, Float32Array | Uint32Array> {
  const { channels, layers, classes, imageChannels } = config;
  const { layout } = supernet(spaceByName(config.space), { channels, layers, classes, imageChannels });
  const given: Record<string, Float32Array | Uint32Array> = {
    weights: initialParameters(layout, keyFromSeed(1)),
    statistics: freshStatistics(layout),
    key: new Uint32Array(2),
    lr: Float32Array.of(0.01),
    schedule: Float32Array.of(1e-3, 1),
  };
  return Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape }]) => {
      const count = storedFloats(shape);
      const made = name === "labels"
        ? Uint32Array.from({ length: count }, (_, i) => i % classes)
        : name === "mixing"
        ? new Float32Array(count).fill(1 / 8)
        : name === "images"
        ? Float32Array.from({ length: count }, (_, i) => normal([1, 2], i))
        : new Float32Array(count);
      return [name, given[name] ?? made];
    }),
  );
}

/** Median milliseconds of a step, from submitting it until the device is idle. */
async function time(
  runner: Runner,
  program: Program,
  given: Record<string, unknown>,
  repeats: number,
): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    const results = program.run(given);
    await runner.settle();
    runner.tensors.release(...Object.values(results));
    if (i > 0) times.push(performance.now() - start); // the first run compiles
  }
  return times.sort((a, b) => a - b)[Math.floor(repeats / 2)]!;
}

/** Milliseconds, dispatches and rates of each kernel of a program. */
async function profile(program: Program): Promise<Record<string, unknown>[]> {
  const times = await program.profile();
  const kernels = new Map<string, { ms: number; dispatches: number; flop: number; bytes: number }>();
  program.plan.dispatches.forEach(({ kernel, flop, bytes }, i) => {
    const sum = kernels.get(kernel.label) ?? { ms: 0, dispatches: 0, flop: 0, bytes: 0 };
    kernels.set(kernel.label, {
      ms: sum.ms + times[i]!,
      dispatches: sum.dispatches + 1,
      flop: sum.flop + flop,
      bytes: sum.bytes + bytes,
    });
  });
  return [...kernels].sort(([, a], [, b]) => b.ms - a.ms).map((
    [kernel, { ms, dispatches, flop, bytes }],
  ) => ({
    kernel,
    ms: Number(ms.toFixed(2)),
    dispatches,
    gflops: Number((flop / ms / 1e6).toFixed(1)),
    gigabytes_per_second: Number((bytes / ms / 1e6).toFixed(1)),
  }));
}

await runCommand(benchStepCommand, async (config, { print, progress }) => {
  const runner = await Runner.open(config.adapter);
  const result: Record<string, unknown> = {};
  let peak = 0;
  let kernels: Record<string, unknown>[] = [];
  for (const [name, graph] of Object.entries(graphs(config))) {
    progress.note(`Timing ${name.replace("_", " ")}`);
    const plan = runner.compile(graph);
    const program = await runner.load(plan);
    result[`${name}_ms`] = await time(runner, program, feeds(plan, config), config.repeats);
    peak = Math.max(peak, planBytes(plan));
    if (name === "weight_step") {
      result["dispatches"] = plan.dispatches.length;
      result["flop"] = plan.dispatches.reduce((sum, d) => sum + d.flop, 0);
      if (config.profile) kernels = await profile(program);
    }
    program.destroy();
  }
  const of = (name: StepName): number => result[`${name}_ms`] as number;
  result["iteration_ms"] = of("architecture_step") + of("mean_shift") + of("weight_step");
  result["peak_bytes"] = peak;
  result["adapter"] = runner.info.adapter;
  runner.close();
  if (config.json) return print(JSON.stringify({ ...result, ...(config.profile && { kernels }) }));
  for (const [name, value] of Object.entries(result)) {
    print(`${name.padEnd(22)} ${typeof value === "number" ? value.toLocaleString("en") : value}`);
  }
  for (const row of kernels) {
    const { kernel, ...numbers } = row;
    print(
      `${String(kernel).padEnd(32)}${Object.values(numbers).map((n) => String(n).padStart(10)).join("")}`,
    );
  }
});
