/** This project as a contestant. */
import { batchInputs, feeds, graphs, netOf, type StepName, type StepSizes } from "../steps.ts";
import type { Sizes, Task } from "../contest/tasks.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { type DeviceTensor, type Program, Runner } from "../../src/gpu/mod.ts";
import { elements, type Node, type Shape } from "../../src/graph/node.ts";
import { channelDot, constant, depthwise, input, pointwise, relu, sum } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { apply } from "../../src/nn/affine.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { Scope } from "../../src/nn/scope.ts";
import { planBytes } from "../../src/plan/plan.ts";
import { keyFromSeed, normal } from "../../src/random.ts";
import { preferVulkan } from "../../src/setup/adapter.ts";
import { driverVersion } from "../../src/setup/driver.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { coldStart } from "./cold.ts";
import { type Prepared, serve } from "./serve.ts";

/** Graphs to run one after the other, and numbers for their inputs besides those of `feeds`. */
interface Work {
  readonly graphs: readonly Record<string, Node>[];
  readonly layout?: Layout;
  readonly numbers?: Readonly<Record<string, Float32Array>>;
}

const classes = 10;

/** The steps that each task on a supernet is made of. */
const stepsOf: Readonly<Record<"weight" | "forward" | "darts" | "ms-darts", readonly StepName[]>> = {
  weight: ["weight_step"],
  forward: ["forward"],
  darts: ["architecture_step", "weight_step"],
  "ms-darts": ["architecture_step", "mean_shift", "weight_step"],
};

function supernetWork(kind: keyof typeof stepsOf, { channels, layers, batch, size }: Sizes): Work {
  const sizes: StepSizes = {
    ...{ space: "s5", classes, imageChannels: 3, samples: 3, iterations: 2 },
    ...{ channels, layers, batch, size },
  };
  const all = graphs(sizes);
  return { graphs: stepsOf[kind].map((name) => all[name]), layout: netOf(sizes).layout };
}

function evaluationWork({ channels, layers, batch, size }: Sizes): Work {
  const net = evaluationNetwork(publishedGenotypes.DARTS_V2, { channels, layers, classes, auxiliary: true });
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    lr: input("lr", [1]),
    dropPath: input("dropPath", [net.dropPaths, batch]),
  };
  const { correct: _, weightGradient: __, ...step } = trainingStep(
    net,
    nodes,
    batchInputs({ batch, imageChannels: 3, size }),
    {
      ...{ momentum: 0.9, weightDecay: 3e-4, gradClip: 5, auxiliary: 0.4, labelSmoothing: 0 },
    },
  );
  return {
    graphs: [step],
    layout: net.layout,
    numbers: { dropPath: dropPathScales(keyFromSeed(2), net.dropPaths, batch, 0.2) },
  };
}

function blockWork(
  { kind, channels, batch, size }: Extract<Task, { kind: "block" | "block-gradient" }>,
): Work {
  const random = (seed: number, shape: Shape) =>
    constant(Float32Array.from({ length: elements(shape) }, (_, i) => normal(keyFromSeed(seed), i)), shape);
  // Constants lie on the device before a run begins, as the tensors of the peers do.
  const x = random(1, [channels, batch, size, size]);
  const filters = random(2, [channels, 9]);
  const matrix = random(3, [channels, channels]);
  const filtered = depthwise(relu(x), filters, { kernel: 3, stride: 1, dilation: 1 });
  const y = apply(
    Scope.open({ mode: "train" }).batchNorm(pointwise(filtered, matrix), "bn", { affine: false }),
  );
  if (kind === "block") return { graphs: [{ y }] };
  const cotangent = random(4, [channels, batch, size, size]);
  const [dx, dFilters, dMatrix] = gradient(sum(channelDot(y, cotangent)), [x, filters, matrix]);
  return { graphs: [{ y, dx: dx!, dFilters: dFilters!, dMatrix: dMatrix! }] };
}

function workOf(task: Exclude<Task, { kind: "cold" }>): Work {
  switch (task.kind) {
    case "evaluation":
      return evaluationWork(task);
    case "block":
    case "block-gradient":
      return blockWork(task);
    default:
      return supernetWork(task.kind, task);
  }
}

await serve(async (task): Promise<Prepared> => {
  preferVulkan();
  const runner = await Runner.open();
  const told = {
    version: Deno.version.deno,
    device: { adapter: runner.info.adapter, driver: driverVersion(runner.info.vendor) },
  };
  if (task.kind === "cold") {
    await coldStart(runner, task.preset);
    return { ...told, run: () => Promise.resolve() };
  }
  const { graphs, layout, numbers } = workOf(task);
  const plans = graphs.map((graph) => runner.compile(graph));
  const given: Record<string, DeviceTensor> = {};
  for (const plan of plans) {
    const values = { ...layout && feeds(plan, layout, classes), ...numbers };
    for (const [name, { shape }] of Object.entries(plan.inputs)) {
      given[name] ??= runner.tensors.upload(values[name]!, shape);
    }
  }
  const programs: Program[] = [];
  for (const plan of plans) programs.push(await runner.load(plan));
  return {
    ...told,
    bytes: planBytes(...plans),
    async run(count) {
      for (let i = 0; i < count; i++) {
        for (const program of programs) runner.tensors.release(...Object.values(program.run(given)));
      }
      await runner.settle();
    },
  };
});
