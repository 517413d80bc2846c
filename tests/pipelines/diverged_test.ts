/** Runs whose numbers are no numbers any more end with an error that names the number and the step. */
import { assert, assertEquals, assertMatch, assertRejects } from "deno-std/assert";
import { inFlags } from "../../src/cli/flags.ts";
import { inSearch, trainingOf } from "../../src/config/schema.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { slice } from "../../src/data/splits.ts";
import { UserError } from "../../src/errors.ts";
import type { DeviceTensor, Runner } from "../../src/gpu/mod.ts";
import { constant, input, pointwise, relu, spatialMean } from "../../src/graph/ops/mod.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import type { BatchNormSpec, Layout, ParameterSpec } from "../../src/nn/parameters.ts";
import { initialTrainingState, type TrainingState } from "../../src/training/state.ts";
import type { Parts } from "../../pipelines/checkpoint/keeper.ts";
import type { Hooks } from "../../pipelines/run/hooks.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { searchLoop } from "../../pipelines/algorithm/search.ts";
import { networkEvaluation, trainLoop } from "../../pipelines/training/train.ts";
import { networkOf } from "../../pipelines/training/network.ts";
import { evaluate } from "../../pipelines/stages/evaluate.ts";
import { Measures } from "../../pipelines/stages/measures.ts";
import { type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import type { Metrics } from "../../pipelines/stages/stage.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";
import { silent as free } from "../../pipelines/run/hooks.ts";

const runner = sharedRunner();
const sizes = {
  space: "s3",
  method: "darts",
  batch: "8",
  channels: "2",
  layers: "2",
  epochs: "4",
  warmup: "0",
};
const configOf = (flags: Record<string, string>) => resolve(searchCommand, { flags: { ...sizes, ...flags } });
const problemOf = (flags: Record<string, string>): SearchProblem => searchProblem(configOf(flags), noiseData);

type Loop = (hooks: Hooks) => Promise<unknown>;

interface Saved {
  readonly state: Record<string, unknown> & { readonly step: number };
}

/** Runs a loop until it has taken so many steps, and then on from what it saved, changed. */
async function goneOn(loop: Loop, steps: number, change: (state: Saved["state"]) => void): Promise<unknown> {
  let saved: Saved | undefined;
  const parts: Parts = {
    part: (name) => ({
      saved: name === "search" || name === "training" ? saved as never : undefined,
      due: false,
      save: (record) => void (saved = record as Saved),
    }),
    within: () => parts,
  };
  const stop = new AbortController();
  let taken = 0;
  const hooks = { signal: stop.signal, onEpoch: () => {}, note: () => {}, parts };
  const onStep = () => {
    if (++taken === steps) stop.abort();
  };
  await assertRejects(() => loop({ ...hooks, onStep }), DOMException);
  assertEquals(saved!.state.step, steps);
  change(saved!.state);
  return await loop({ ...hooks, signal: new AbortController().signal, onStep: () => {} });
}

/** The message of a run that diverges. */
async function divergence(run: () => Promise<unknown>): Promise<string> {
  const error = await assertRejects(run, UserError);
  assertEquals(error.exitCode, 5);
  return inFlags(error.message);
}

const search = (problem: SearchProblem): Loop => (hooks) => searchLoop(runner, problem, hooks, () => {});
/** A convolution's weight in the middle of a network, and the BatchNorm that comes next in the state dict. */
function somewhere({ entries }: Layout): { weight: ParameterSpec; after: BatchNormSpec } {
  const rest = entries.slice(Math.floor(entries.length / 2));
  const at = rest.findIndex((entry) => entry.kind === "parameter" && entry.spec.shape.length === 4);
  const after = rest.slice(at).find(({ kind }) => kind === "batchNorm");
  return { weight: rest[at]!.spec as ParameterSpec, after: after!.spec as BatchNormSpec };
}

const put = (name: string, offset: number, value: number) => (state: Saved["state"]): void => {
  (state[name] as Float32Array)[offset] = value;
};

const methods: readonly (readonly [string, Record<string, string>])[] = [
  ["architecture", { method: "darts" }],
  ["architecture", { method: "darts", order: "2" }],
  ["architecture", { method: "darts", order: "2", unrolled: "fd" }],
  ["architecture", { method: "ms-darts", space: "s5" }],
  ["training", { method: "snas" }],
];
for (const [stage, flags] of methods) {
  Deno.test(`a NaN in a weight of a search is found in the next step: ${Object.values(flags)}`, async () => {
    const problem = problemOf(flags);
    const { weight, after } = somewhere(problem.net.layout);
    const message = await divergence(() => goneOn(search(problem), 3, put("weights", weight.offset, NaN)));
    // Central differences move all weights along a direction that is NaN.
    const { name } = flags["unrolled"] === "fd" ? problem.net.layout.batchNorms[0]! : after;
    const start = `In ${stage} step 4, with a loss of NaN, the running statistic ${name}.running_mean[`;
    assert(message.startsWith(start), `${message}, wanted ${start}`);
  });
}

Deno.test("a NaN in a weight of the random search is found", async () => {
  const problem = problemOf({ method: "random-ws" });
  const { weight } = somewhere(problem.net.layout);
  // A random architecture need not use the weight: it may come later.
  const loop: Loop = (hooks) => findCell(runner, problem, hooks, () => {});
  const message = await divergence(() => goneOn(loop, 3, put("weights", weight.offset, NaN)));
  assertMatch(message, /^In training step [4-8], with a loss of/);
});

Deno.test("a NaN in an alpha is found in the next step", async () => {
  const problem = problemOf({});
  const { offset } = problem.layout.matrices[1]!;
  const message = await divergence(() => goneOn(search(problem), 3, put("alphas", offset + 1, NaN)));
  assertMatch(
    message,
    /^In architecture step 4, with a loss of NaN, the running statistic .*; lower --lr/,
  );
});

const training = (flags: Record<string, string> = {}) => {
  const config = trainingOf(configOf({
    ...{ evalChannels: "4", evalLayers: "2", evalBatch: "8", auxiliary: "0", dropPath: "0", evalEpochs: "3" },
    ...flags,
  }));
  const net = networkOf(resolveGenotype("DARTS_V2"), config, noiseData);
  const loop: Loop = (hooks) => trainLoop(runner, { config, data: noiseData, net }, 1, hooks, () => {});
  return { config, net, loop };
};

Deno.test("a NaN and an infinity in a weight of a training are found in the next step", async () => {
  const { net, loop } = training();
  const { weight, after } = somewhere(net.layout);
  for (const value of [NaN, -Infinity]) {
    const message = await divergence(() => goneOn(loop, 2, put("weights", weight.offset, value)));
    const start = `In training step 3, with a loss of NaN, the running statistic ${after.name}.running_mean[`;
    assert(message.startsWith(start), message);
    assert(message.endsWith("; lower --lr or --grad-clip."), message);
  }
});

Deno.test("learning rates without measure: the first number that became infinite is named", async () => {
  const alphas = await divergence(() => search(problemOf({ archLr: "1e39" }))(free));
  assertMatch(
    alphas,
    /^In architecture step 1, with a loss of \d\S+, the alpha of \w+ at .+ of normal became .*; lower --arch-lr/,
  );
  const weights = await divergence(() => search(problemOf({ lr: "1e39" }))(free));
  assertMatch(
    weights,
    /^In training step 1, with a loss of \d\S+, \S+\.weight\[\d+\] became NaN or infinite; lower --lr/,
  );
  // Large, but not so large that a single step does it.
  const later = await divergence(() => training({ evalLr: "1e19", evalGradClip: "0" }).loop(free));
  assertMatch(later, /^In training step [1-9], .* became /);
});

Deno.test("numbers are named where the loss does not show them yet", async () => {
  const problem = problemOf({});
  const { weight, after } = somewhere(problem.net.layout);
  const matrix = problem.layout.matrices[1]!;
  const [, columns] = matrix.shape;
  const alpha = `the alpha of ${matrix.rows[2]!.choices[1]} at ${matrix.rows[2]!.name} of ${matrix.name}`;
  const place = matrix.offset + 2 * columns + 1;
  const cases = [
    ["statistics", after.offset + 1, "architecture", `the running statistic ${after.name}.running_mean[1]`],
    [
      "statistics",
      after.offset + after.channels + 2,
      "architecture",
      `the running statistic ${after.name}.running_var[2]`,
    ],
    ["alphaMean", place, "architecture", alpha],
    ["alphaVariance", place, "architecture", `Adam's second moment of ${alpha}`],
    ["velocity", weight.offset + 3, "training", `${weight.name}[3]`],
  ] as const;
  for (const [name, offset, stage, what] of cases) {
    const message = await divergence(() => goneOn(search(problem), 1, put(name, offset, Infinity)));
    const [start, end] = message.split(/ with a loss of \d\S+, /);
    assertEquals(start, `In ${stage} step 2,`);
    assert(end!.startsWith(`${what} became NaN or infinite; lower --`), `${message}, wanted ${what}`);
  }
});

Deno.test("an activation that is NaN before a relu shows in an evaluation", async () => {
  const { config, net } = training();
  const images = slice(noiseData.test, 0, 8, "test");
  const { graph, on } = networkEvaluation({ config, data: noiseData, net });
  const program = await runner.load(runner.compile(graph()));
  const { weights, statistics } = initialTrainingState(runner, net.layout, [1, 2]);
  const [values] = await runner.tensors.read([statistics]);
  // A host array is a feed as well.
  const given = (statistics: Float32Array) => ({
    state: { weights, statistics } as unknown as TrainingState,
  });
  const score = (statistics: Float32Array) =>
    evaluate(runner, on(program), () => given(statistics), images, {
      batch: config.batch,
      signal: free.signal,
      net: "the network",
      advice: "lower the learning rate",
    });
  assert(Number.isFinite((await score(values!)).loss));
  // Every statistic alone: none hides behind a relu or a pooling.
  for (const { offset, channels } of net.layout.batchNorms) {
    const message = await divergence(() => score(values!.with(offset + channels - 1, NaN)));
    assertEquals(
      message,
      "In evaluation step 1 of the network on test the loss became NaN; " +
        "lower the learning rate.",
    );
  }
  program.destroy();
  runner.tensors.release(weights, statistics);
});

Deno.test("a relu in front of a loss does not hide what it is fed with", async () => {
  const x = input("x", [4, 1, 2, 4]);
  const w = constant(Float32Array.from({ length: 8 }, (_, i) => i - 4), [2, 4]);
  const loss = spatialMean(pointwise(relu(x), w));
  const program = await runner.load(runner.compile({ loss }));
  const values = Float32Array.from({ length: 32 }, (_, i) => i === 9 ? NaN : i);
  const { loss: out } = program.run<"loss">({ x: values });
  const [read] = await runner.tensors.read([out]);
  assert(read!.every(Number.isNaN));
  runner.tensors.release(out);
  program.destroy();
});

/** A runner whose tensors are numbers on the host, and how often they were read. */
function hostRunner(): { runner: Runner; tensor: (...values: number[]) => DeviceTensor } {
  const values = new Map<DeviceTensor, Float32Array>();
  const tensors = {
    read: (asked: readonly DeviceTensor[]) => Promise.resolve(asked.map((tensor) => values.get(tensor)!)),
    release: () => {},
  };
  const tensor = (...numbers: number[]) => {
    const made = { shape: [numbers.length], dtype: "f32" } as unknown as DeviceTensor;
    values.set(made, Float32Array.from(numbers));
    return made;
  };
  return { runner: { tensors } as unknown as Runner, tensor };
}

Deno.test("measures go on from sums and steps of before", async () => {
  const { runner, tensor } = hostRunner();
  const step = (loss: number): Metrics => ({ loss: tensor(loss), correct: tensor(3) });
  const first = new Measures(runner, { stage: "training", batch: 4 });
  assert(first.empty);
  await first.add(step(8));
  await first.add(step(16));
  await first.flush();
  assertEquals(first.totals, { loss: 24, correct: 6, images: 8 });
  const from = structuredClone(first.totals);
  const second = new Measures(runner, { stage: "training", batch: 4, step: 72, from });
  assertEquals([second.empty, second.mean], [false, { loss: 3, accuracy: 0.75 }]);
  await second.add(step(0));
  assertEquals(second.totals, { loss: 24, correct: 9, images: 12 });
  assertEquals(second.latestLoss, 0);
  assertEquals(from, { loss: 24, correct: 6, images: 8 });
  const message = await divergence(() => second.add(step(Infinity)).then(() => second.flush()));
  assertEquals(message, "In training step 74 the loss became Infinity; lower --lr.");
});

Deno.test("what is no number is found within 50 steps, however fast they are", async () => {
  const { runner, tensor } = hostRunner();
  const loss = [tensor(1), tensor(NaN)] as const;
  const correct = tensor(0);
  for (let bad = 300; bad < 400; bad++) {
    const measures = new Measures(runner, { stage: "training", batch: 1 });
    let step = 0;
    const message = await divergence(async () => {
      while (step < 1000) await measures.add({ loss: loss[++step === bad ? 1 : 0], correct });
    });
    assertEquals(message, `In training step ${bad} the loss became NaN; lower --lr.`);
    assert(step < bad + 50, `found after ${step} steps`);
  }
});

/** What the advice of a run that diverged names, and all settings that it does not. */
const blamed: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ archLr: "1e30" }, /; lower --arch-lr, which is 1e\+30 where 0.0003 is usual\.$/],
  [{ archWeightDecay: "1e30" }, /; lower --arch-weight-decay, which is 1e\+30 where 0.001 is usual\.$/],
  [{ weightDecay: "1e30" }, /; lower --weight-decay, which is 1e\+30 where 0.0003 is usual\.$/],
  [{ weightDecay: "1e10" }, /^In evaluation .*; lower --weight-decay, which is 10000000000 where/],
  [{ lr: "1e30", gradClip: "0" }, /; lower --lr, which is 1e\+30 where 0.025 is usual\.$/],
  [
    { lr: "1e10", momentum: "0.9999999" },
    /; lower --lr, which .*, and --momentum, which is 0.9999999 where 0.9 is/,
  ],
  [
    { method: "darts-", skipWeight: "1e10" },
    /; lower --skip-weight, which is 10000000000 where 1 is usual\.$/,
  ],
  [
    { method: "fair-darts", zeroOneWeight: "1e30" },
    /; lower --zero-one-weight, which is 1e\+30 where 10 is usual\.$/,
  ],
  [{ method: "snas", archLr: "1e30" }, /; lower --arch-lr, which/],
  [{ order: "2", weightDecay: "1e30" }, /; lower --weight-decay, which/],
];
for (const [flags, advice] of blamed) {
  Deno.test(`the advice fits the cause: ${Object.entries(flags)}`, async () => {
    assertMatch(await divergence(() => search(problemOf(flags))(free)), advice);
  });
}

Deno.test("the advice of a random search that diverges in its steps or between them names the cause", async () => {
  for (const weightDecay of ["1e30", "1e10"]) {
    const problem = problemOf({ method: "random-ws", weightDecay });
    const message = await divergence(() => findCell(runner, problem, free, () => {}));
    assertMatch(message, /; lower --weight-decay, which is /);
  }
});

Deno.test("no bandwidth diverges", async () => {
  const sharp = { method: "ms-darts", epochs: "1" };
  for (const variant of ["default", "reference", "paper"]) {
    for (const bandwidth of ["1e-300", "1e-30", "1e30"]) {
      await search(problemOf({ ...sharp, variant, bandwidth }))(free);
    }
  }
});

Deno.test("the advice for a training names the flags of its command, and no limit to lower where there is none", async () => {
  const alone = <T>(training: () => T): T => training();
  const cases = [
    [alone, {}, "lower --lr or --grad-clip"],
    [inSearch, {}, "lower --eval-lr or --eval-grad-clip"],
    [
      inSearch,
      { evalGradClip: "0" },
      "lower --eval-lr or set --eval-grad-clip, which is 0: nothing is clipped",
    ],
    [alone, { evalLr: "3" }, "lower --lr, which is 3 where 0.025 is usual"],
    [inSearch, { evalLr: "3" }, "lower --eval-lr, which is 3 where 0.025 is usual"],
    [inSearch, { evalWeightDecay: "7" }, "lower --eval-weight-decay, which is 7 where 0.0003 is usual"],
    [inSearch, { momentum: "0.9999" }, "lower --momentum, which is 0.9999 where 0.9 is usual"],
    // What only the search's own weights are trained with.
    [inSearch, { lr: "99", weightDecay: "9" }, "lower --eval-lr or --eval-grad-clip"],
  ] as const;
  for (const [asked, flags, advice] of cases) {
    const { config, net } = training(flags);
    const problem = { config, data: noiseData, net };
    const loop: Loop = (hooks) => asked(() => trainLoop(runner, problem, 1, hooks, () => {}));
    const { offset } = somewhere(net.layout).weight;
    const message = await divergence(() => goneOn(loop, 2, put("weights", offset, NaN)));
    assert(message.endsWith(`; ${advice}.`), message);
  }
});
