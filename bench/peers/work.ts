/** The tasks as graphs of this project. */
import { graphs, netOf, type StepName, type StepSizes, training } from "../steps.ts";
import type { StackSizes, Task, TrainingTask } from "../contest/tasks.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Node, type Shape } from "../../src/graph/node.ts";
import { channelDot, constant, depthwise, pointwise, relu, sum } from "../../src/graph/ops/mod.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { apply } from "../../src/nn/affine.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { Scope } from "../../src/nn/scope.ts";
import { keyFromSeed, normal } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";

/** Graphs to run one after the other, and numbers for their inputs besides those of `feeds`. */
interface Work {
  readonly graphs: readonly Record<string, Node>[];
  /** Of the network; a block has none. */
  readonly layout?: Layout;
  readonly numbers?: Readonly<Record<string, Float32Array>>;
}

export const classes = 10;

/** The steps that each task on a supernet is made of. */
const stepsOf: Readonly<Record<"weight" | "forward" | "darts" | "ms-darts", readonly StepName[]>> = {
  weight: ["weight_step"],
  forward: ["forward"],
  darts: ["architecture_step", "weight_step"],
  "ms-darts": ["architecture_step", "mean_shift", "weight_step"],
};

function supernetWork(kind: keyof typeof stepsOf, supernet: StackSizes): Work {
  const sizes: StepSizes = { ...supernet, classes, imageChannels: 3, samples: 3, iterations: 2 };
  const all = graphs(sizes);
  const { layout, alphas } = netOf(sizes);
  return {
    graphs: stepsOf[kind].map((name) => all[name]),
    layout,
    numbers: { mixing: equalMixing(alphas) },
  };
}

/** The mixing vector that gives all choices of a row the same weight. */
function equalMixing({ matrices, floats }: AlphaLayout): Float32Array {
  const mixing = new Float32Array(floats);
  for (const { offset, shape: [rows, choices] } of matrices) {
    mixing.fill(1 / choices, offset, offset + rows * choices);
  }
  return mixing;
}

function trainingWork(task: TrainingTask): Work {
  const { net, graph } = training({
    ...task,
    genotype: resolveGenotype(task.genotype),
    classes,
    imageChannels: 3,
  });
  return {
    graphs: [graph],
    layout: net.layout,
    numbers: { dropPath: dropPathScales(keyFromSeed(2), net.dropPaths, task.batch, task.dropPath) },
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

/** What is run for a task. */
export function workOf(task: Exclude<Task, { kind: "cold" }>): Work {
  switch (task.kind) {
    case "evaluation":
      return trainingWork(task);
    case "block":
    case "block-gradient":
      return blockWork(task);
    default:
      return supernetWork(task.kind, task);
  }
}
