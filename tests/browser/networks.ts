/** Steps of small networks: Deno and a page run them, and must agree on what comes out. */
import { batchInputs, graphs, netOf } from "../../bench/steps.ts";
import { type Graph, type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import { storedFloats } from "../../src/graph/node.ts";
import { crossEntropy, input } from "../../src/graph/ops/mod.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { fold, keyFromSeed, normal, uniform } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { spaces } from "../../src/spaces/mod.ts";

interface Network {
  readonly name: string;
  readonly layout: Layout;
  /** Its steps. */
  readonly graphs: Readonly<Record<string, Graph>>;
}

const sizes = { channels: 4, classes: 3, imageChannels: 1, batch: 4, size: 8 };

/** Forward, architecture, mean-shift and weight step of a supernet: of DARTS cells one of each kind. */
function supernetOf(space: string, layers: number): Network {
  const config = { ...sizes, space, layers, samples: 2, iterations: 1 };
  return { name: space, layout: netOf(config).layout, graphs: graphs(config) };
}

/** Evaluation and training step of the network of a genotype. */
function networkOf(name: string, genotype: Genotype, layers: number): Network {
  const net = evaluationNetwork(genotype, { ...sizes, layers, auxiliary: false });
  const { layout, dropPaths } = net;
  const { images, labels } = batchInputs(sizes);
  const nodes = {
    weights: input("weights", [layout.parameterFloats]),
    velocity: input("velocity", [layout.parameterFloats]),
    statistics: input("statistics", [layout.statisticsFloats]),
    noiseKey: input("key", [2], "u32"),
    lr: input("lr", [1]),
    ...dropPaths > 0 && { dropPath: input("dropPath", [dropPaths, sizes.batch]) },
  };
  const settings = { momentum: 0.9, weightDecay: 3e-4, gradClip: 5, auxiliary: 0, labelSmoothing: 0.1 };
  const { weights, statistics, loss } = trainingStep(net, nodes, { images, labels }, settings);
  const scored = net.build({ images, parameters: nodes.weights, statistics: nodes.statistics, mode: "eval" });
  return {
    name: `${name}, trained`,
    layout,
    graphs: {
      training_step: { weights, statistics, loss },
      evaluate: { loss: crossEntropy(scored.logits, labels) },
    },
  };
}

/** Of every space a supernet, and a network of two families. */
export const networks = (): Network[] => [
  ...spaces.map(({ name, kind }) => supernetOf(name, kind === "darts" ? 3 : 1)),
  networkOf("DARTS_V2", publishedGenotypes.DARTS_V2, 3),
  networkOf(
    "nasbench201",
    { arch: "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|none~2|" },
    1,
  ),
];

/** Numbers for an input, by its name. */
function valueOf(name: string, length: number, layout: Layout): Float32Array | Uint32Array {
  const key = fold(keyFromSeed(2), name);
  const drawn = (draw: (i: number) => number) => Float32Array.from({ length }, (_, i) => draw(i));
  switch (name) {
    case "weights":
      return initialParameters(layout, key);
    case "statistics":
      return freshStatistics(layout);
    case "labels":
      return Uint32Array.from({ length }, (_, i) => i % sizes.classes);
    case "key":
      return Uint32Array.of(3, 4);
    case "lr":
      return Float32Array.of(0.01);
    case "schedule":
      return Float32Array.of(1e-3, 1);
    case "dropPath":
      return dropPathScales(key, length / sizes.batch, sizes.batch, 0.2);
    case "mixing":
    case "variance":
      return drawn((i) => 0.1 + 0.1 * uniform(key, i));
    case "images":
    case "alphas":
      return drawn((i) => normal(key, i));
    default:
      return drawn((i) => 0.01 * normal(key, i));
  }
}

/** What a network's steps compute on a device: each output of each step, as `step.output`. */
export async function run(runner: Runner, { graphs, layout }: Network): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  const programs = await runner.prepare(graphs);
  for (const [step, program] of Object.entries(programs)) {
    const feeds = Object.entries(program.plan.inputs).map(([name, { shape }]) =>
      [name, valueOf(name, storedFloats(shape), layout)] as const
    );
    const results = program.run(Object.fromEntries(feeds));
    const data = await runner.tensors.read(Object.values(results));
    Object.keys(results).forEach((name, i) => found[`${step}.${name}`] = [...data[i]!]);
    runner.tensors.release(...tensorsOf(results));
    program.destroy();
  }
  return found;
}
