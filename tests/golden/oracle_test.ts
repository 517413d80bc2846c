/**
 * Whole steps of every space at many sizes, on the device against the float64 interpreter of the same graphs: what
 * kernels, fusion, grouping and memory planning make of them.
 */
import { assert } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { type VariantName, variants } from "../../src/search/mean_shift.ts";
import { computeStep } from "../../src/search/step_file.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { distance, norm } from "./distance.ts";
import { describeCase, type IterationCase, type StepCase, stepFile } from "./step_case.ts";

// Sides are multiples of 4, but where a single cell halves only once. BatchNorm has no less than 12 values a channel:
// of very few it is a step function, which no float32 run follows.
const steps: readonly StepCase[] = [
  { space: "s1", channels: 5, layers: 3, classes: 37, batch: 3, size: [12, 12], imageChannels: 3 },
  { space: "s1", channels: 2, layers: 6, classes: 2, batch: 2, size: [16, 16], imageChannels: 1 },
  { space: "s1", channels: 3, layers: 1, classes: 10, batch: 3, size: [10, 6], imageChannels: 3 },
  { space: "s2", channels: 1, layers: 2, classes: 2, batch: 5, size: [16, 16], imageChannels: 1 },
  { space: "s2", channels: 6, layers: 4, classes: 10, batch: 3, size: [8, 8], imageChannels: 3 },
  { space: "s2", channels: 2, layers: 3, classes: 10, batch: 17, size: [8, 8], imageChannels: 3 },
  { space: "s3", channels: 3, layers: 5, classes: 2, batch: 1, size: [20, 20], imageChannels: 1 },
  { space: "s4", channels: 2, layers: 3, classes: 10, batch: 2, size: [12, 12], imageChannels: 3 },
  { space: "s5", channels: 3, layers: 3, classes: 37, batch: 5, size: [8, 8], imageChannels: 3 },
  { space: "s5", channels: 2, layers: 2, classes: 10, batch: 2, size: [28, 28], imageChannels: 1 },
  {
    ...{ space: "s1", channels: 4, layers: 3, classes: 10, batch: 3, size: [12, 12], imageChannels: 3 },
    partialChannels: 2,
  },
  {
    ...{ space: "s5", channels: 8, layers: 3, classes: 10, batch: 3, size: [8, 8], imageChannels: 1 },
    partialChannels: 4,
  },
  {
    ...{
      space: "nasbench201",
      channels: 4,
      layers: 3,
      classes: 10,
      batch: 3,
      size: [8, 8],
      imageChannels: 1,
    },
    partialChannels: 4,
  },
  { space: "s5-7", channels: 1, layers: 3, classes: 10, batch: 3, size: [8, 12], imageChannels: 1 },
  {
    space: "nasbench1shot1-1",
    channels: 3,
    layers: 4,
    classes: 10,
    batch: 3,
    size: [9, 7],
    imageChannels: 3,
  },
  { space: "nasbench1shot1-2", channels: 2, layers: 3, classes: 5, batch: 5, size: [8, 8], imageChannels: 1 },
  {
    space: "nasbench1shot1-3",
    channels: 1,
    layers: 1,
    classes: 2,
    batch: 2,
    size: [5, 11],
    imageChannels: 3,
  },
  { space: "nasbench201", channels: 3, layers: 4, classes: 5, batch: 3, size: [8, 12], imageChannels: 3 },
];

const iterations: readonly IterationCase[] = [
  {
    ...{ space: "s1", channels: 2, layers: 3, classes: 5, batch: 5, size: [8, 8], imageChannels: 3 },
    // Clipped; one point, whose weight is 1.
    ...{ bandwidth: 1, samples: 1, iterations: 1, epsilon: 0.3, gradClip: 0.3 },
  },
  {
    ...{ space: "s2", channels: 3, layers: 3, classes: 10, batch: 3, size: [8, 12], imageChannels: 1 },
    // A radius that leaves rows with nothing above 0, and a bandwidth far below the distances.
    ...{ bandwidth: 0.2, samples: 3, iterations: 2, epsilon: 0.9, gradClip: 5 },
  },
  {
    ...{ space: "s4", channels: 2, layers: 2, classes: 10, batch: 3, size: [12, 8], imageChannels: 3 },
    ...{ bandwidth: 1, samples: 2, iterations: 3, epsilon: 0.25, gradClip: 100 },
  },
  {
    ...{ space: "s5", channels: 1, layers: 2, classes: 3, batch: 3, size: [8, 8], imageChannels: 1 },
    ...{ bandwidth: 1, samples: 2, iterations: 2, epsilon: 0.25, gradClip: 5 },
  },
  {
    ...{
      space: "nasbench1shot1-1",
      channels: 2,
      layers: 3,
      classes: 5,
      batch: 5,
      size: [7, 9],
      imageChannels: 3,
    },
    ...{ bandwidth: 1, samples: 2, iterations: 2, epsilon: 0.25, gradClip: 5 },
  },
  {
    ...{ space: "nasbench201", channels: 2, layers: 3, classes: 3, batch: 3, size: [8, 8], imageChannels: 1 },
    ...{ bandwidth: 1, samples: 2, iterations: 2, epsilon: 0.25, gradClip: 5 },
  },
];

interface Result {
  readonly name: string;
  readonly got: ArrayLike<number>;
  readonly want: ArrayLike<number>;
}

/** The outputs of a step, and what the interpreter makes of the graph that was compiled for it. */
async function both(given: StepCase, variant: VariantName): Promise<Result[]> {
  const file = stepFile(given);
  const runner = sharedRunner();
  let graph: Readonly<Record<string, Node>> = {};
  const recorder: Pick<Runner, "compile" | "load" | "tensors"> = {
    compile: (outputs) => runner.compile(graph = outputs),
    load: (plan) => runner.load(plan),
    tensors: runner.tensors,
  };
  const got = await computeStep(recorder as Runner, file, variant);
  const feeds = Object.fromEntries(
    [...file.tensors].map(([name, { data }]) => [name, Array.from(data, Number)]),
  );
  const names = Object.keys(graph);
  const want = interpret(Object.values(graph), { ...feeds, noise_key: [0, 0] });
  return names.map((name, i) => ({
    name,
    got: Array.from(got.get(name)!.data, Number),
    // In graphs classes are rows; in files samples are.
    want: name === "logits" ? transposed(want[i]!, given.batch) : want[i]!,
  }));
}

const transposed = (x: Float64Array, columns: number): Float64Array =>
  x.map((_, i) => {
    const rows = x.length / columns;
    return x[(i % rows) * columns + Math.floor(i / rows)]!;
  });

/** Asserts |got − want| ≤ tolerance·|want| + floor. */
function assertNear({ name, got, want }: Result, tolerance: number, floor = 0): void {
  const [error, size] = [distance(got, want), norm(want)];
  assert(error <= tolerance * size + floor, `${name}: norm ${size}, off by ${error}`);
}

for (const given of steps) {
  Deno.test(`oracle: gradients of ${describeCase(given)}`, async () => {
    const results = await both(given, "default");
    const slopes = results.filter(({ name }) => name.startsWith("grad."));
    // BatchNorm makes some gradients vanish: that of the one weight of a 1×1 convolution between single channels (but
    // for BatchNorm's epsilon), and all behind a BatchNorm over a single image. What float32 leaves of a sum that
    // cancels is rounding of its addends (6e-8 each), so the floor is measured by the whole gradient.
    const whole = Math.hypot(...slopes.map(({ want }) => norm(want)));
    for (const result of results) {
      if (slopes.includes(result)) assertNear(result, 1e-4, 1e-6 * whole);
      else assertNear(result, 1e-5);
    }
  });
}

for (const given of iterations) {
  for (const variant of Object.keys(variants) as VariantName[]) {
    Deno.test(`oracle: ${variant} iteration of ${describeCase(given)}`, async () => {
      for (const result of await both(given, variant)) assertNear(result, 1e-5);
    });
  }
}
