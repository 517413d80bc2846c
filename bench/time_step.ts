/** `bench-step`: how long the steps of a search take on one supernet, and where the weight step spends its time. */
import { runCommand } from "../src/cli/main.ts";
import { type Program, Runner } from "../src/gpu/mod.ts";
import { records } from "../src/graph/tuning_records.ts";
import { planBytes } from "../src/plan/plan.ts";
import { benchStepCommand } from "./settings.ts";
import { feeds, graphs, netOf, type StepName } from "./steps.ts";

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
  const kernels = new Map<string, { ms: number; dispatches: number; flop: number; bytes: number }>();
  for (const { kernel, milliseconds, dispatches, flop, bytes } of await program.profile()) {
    const sum = kernels.get(kernel) ?? { ms: 0, dispatches: 0, flop: 0, bytes: 0 };
    kernels.set(kernel, {
      ms: sum.ms + milliseconds,
      dispatches: sum.dispatches + dispatches,
      flop: sum.flop + flop,
      bytes: sum.bytes + bytes,
    });
  }
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
  const runner = await Runner.open(config.adapter, {
    tuning: config.tuning && records[config.tuning],
    note: progress.note,
  });
  const { layout } = netOf(config);
  const result: Record<string, unknown> = {};
  let peak = 0;
  let kernels: Record<string, unknown>[] = [];
  for (const [name, graph] of Object.entries(graphs(config))) {
    progress.note(`Timing ${name.replace("_", " ")}`);
    const plan = runner.compile(graph, config.passes);
    const program = await runner.load(plan);
    result[`${name}_ms`] = await time(runner, program, feeds(plan, layout, config.classes), config.repeats);
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
  result["tuning"] = runner.tuning.name;
  runner.close();
  if (config.json) return print(JSON.stringify({ ...result, ...(config.profile && { kernels }) }));
  for (const [name, value] of Object.entries(result)) {
    print(`${name.padEnd(22)} ${typeof value === "number" ? value.toLocaleString("en") : value}`);
  }
  const line = (kernel: unknown, cells: readonly unknown[]): void =>
    print(`${String(kernel).padEnd(32)}${cells.map((cell) => String(cell).padStart(12)).join("")}`);
  if (config.profile) line("\nkernel of the weight step", ["ms", "dispatches", "GFLOP/s", "GB/s"]);
  for (const { kernel, ...numbers } of kernels) line(kernel, Object.values(numbers));
});
