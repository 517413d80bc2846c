/** Steps of small networks: Deno and a page run them, and must agree on what comes out. */
import { batchInputs, graphs, netOf, training } from "../../bench/steps.ts";
import { type Graph, Runner, tensorsOf } from "../../src/gpu/mod.ts";
import { storedFloats } from "../../src/graph/node.ts";
import { crossEntropy, input } from "../../src/graph/ops/mod.ts";
import { software, type Tuning } from "../../src/graph/tuning.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { fold, keyFromSeed, normal, uniform } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { type Space, spaceByName, spaces } from "../../src/spaces/mod.ts";

interface Network {
  readonly name: string;
  readonly tuning: Tuning;
  readonly layout: Layout;
  /** Its steps. */
  readonly graphs: Readonly<Record<string, Graph>>;
}

const sizes = { classes: 3, imageChannels: 1, batch: 4, size: 8 };

/** Forward, architecture, mean-shift and weight step of a supernet. */
function supernetOf({ name: space, kind }: Space, tuning: Tuning): Network {
  // A single DARTS cell is a reduction cell: its operations have both strides. Other spaces have more channels in each
  // stage: from 1 to 4, the same kernels do for all.
  const channels = kind === "darts" ? 4 : 1;
  const config = { ...sizes, channels, space, layers: 1, samples: 2, iterations: 1 };
  return { name: `${space}, ${tuning.name}`, tuning, layout: netOf(config).layout, graphs: graphs(config) };
}

/** Training step and evaluation of the network of a genotype. */
function networkOf(name: string, genotype: Genotype, channels: number, dropPath = 0): Network {
  const { net, graph } = training({ ...sizes, genotype, channels, layers: 1, auxiliary: 0, dropPath });
  const { images, labels } = batchInputs(sizes);
  const { logits } = net.build({
    images,
    parameters: input("weights", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    mode: "eval",
  });
  return {
    name: `the network ${name}`,
    tuning: software,
    layout: net.layout,
    graphs: { training_step: graph, evaluate: { loss: crossEntropy(logits, labels) } },
  };
}

/** As large plans are run, whose dispatches share bind groups. */
const shared: Tuning = { ...software, name: "shared", bindGroups: 0 };

/** Of every space a supernet, and a network of two families; some of them as on a GPU. */
const networks = (): Network[] => [
  ...spaces.map((space) => supernetOf(space, software)),
  ...["s5", "nasbench201"].map((space) => supernetOf(spaceByName(space), records.gpu)),
  supernetOf(spaceByName("nasbench1shot1-3"), shared),
  networkOf("DARTS_V2", publishedGenotypes.DARTS_V2, 4, 0.2),
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
async function resultsOf(runner: Runner, { graphs, layout }: Network): Promise<Record<string, number[]>> {
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

/** What the steps of all networks compute, by the names of the networks. */
export async function allResults(): Promise<Record<string, Record<string, number[]>>> {
  const found: Record<string, Record<string, number[]>> = {};
  for (const [tuning, all] of Map.groupBy(networks(), ({ tuning }) => tuning)) {
    const runner = await Runner.open("high-performance", { tuning });
    for (const network of all) found[network.name] = await resultsOf(runner, network);
    runner.close();
  }
  return found;
}
