/**
 * The whole training step of evaluation networks (auxiliary head, drop-path, label smoothing, clipping) on the device
 * against the float64 interpreter of the same graph.
 */
import { assert } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { publishedGenotypes, type PublishedName } from "../../src/network/darts/published.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { fold, keyFromSeed, normal } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";
import { trainingStep } from "../../src/training/step_graphs.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { distance, norm } from "./distance.ts";

interface TrainingCase {
  readonly name: PublishedName;
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  readonly size: number;
  readonly imageChannels: number;
  readonly auxiliary: boolean;
}

// Every operation: NASNet has separable 7×7, AmoebaNet 1×7 with 7×1, c10_s1_random dilated 5×5, c10_s4_pcdarts noise.
const cases: readonly TrainingCase[] = [
  { name: "NASNet", channels: 2, layers: 3, batch: 2, size: 32, imageChannels: 3, auxiliary: true },
  { name: "AmoebaNet", channels: 3, layers: 3, batch: 5, size: 12, imageChannels: 1, auxiliary: false },
  { name: "DARTS_V2", channels: 2, layers: 2, batch: 3, size: 32, imageChannels: 1, auxiliary: true },
  { name: "c10_s1_random", channels: 5, layers: 5, batch: 3, size: 16, imageChannels: 3, auxiliary: false },
  { name: "c10_s4_pcdarts", channels: 2, layers: 4, batch: 2, size: 20, imageChannels: 3, auxiliary: false },
];

for (const { name, batch, size, auxiliary, ...network } of cases) {
  const head = auxiliary ? " with its auxiliary head" : "";
  Deno.test(`oracle: training step of ${name}${head}, batch ${batch} of ${size}×${size}`, async () => {
    const { imageChannels } = network;
    const net = evaluationNetwork(publishedGenotypes[name], { ...network, classes: 7, auxiliary });
    const { parameterFloats, statisticsFloats } = net.layout;
    const key = keyFromSeed(5);
    const images = input("images", [imageChannels, batch, size, size]);
    const step = trainingStep(
      net,
      {
        weights: input("weights", [parameterFloats]),
        velocity: input("velocity", [parameterFloats]),
        statistics: input("statistics", [statisticsFloats]),
        noiseKey: input("noiseKey", [2], "u32"),
        dropPath: input("dropPath", [net.dropPaths, batch]),
        lr: input("lr", [1]),
      },
      { images, labels: input("labels", [batch], "u32") },
      { momentum: 0.9, weightDecay: 3e-4, gradClip: 5, auxiliary: 0.4, labelSmoothing: 0.1 },
    );
    const gaussian = (use: string, count: number): Float32Array =>
      Float32Array.from({ length: count }, (_, i) => normal(fold(key, use), i));
    const velocity = new Float32Array(parameterFloats);
    for (const { shape, offset } of net.layout.parameters) {
      velocity.set(gaussian(`velocity ${offset}`, elements(shape)).map((x) => 0.01 * x), offset);
    }
    const feeds = {
      weights: initialParameters(net.layout, key),
      velocity,
      statistics: freshStatistics(net.layout),
      noiseKey: Uint32Array.of(1, 2),
      dropPath: dropPathScales(key, net.dropPaths, batch, 0.3),
      lr: Float32Array.of(0.1),
      images: gaussian("images", elements(images.shape)),
      labels: Uint32Array.from({ length: batch }, (_, i) => (3 * i) % 7),
    };
    const names = Object.keys(step) as (keyof typeof step)[];
    const nodes = names.map((output) => step[output]);
    const got = await run(nodes, feeds);
    interpret(nodes, feeds).forEach((want, i) => {
      // The velocity holds the gradient, the weights a tenth of it beside themselves.
      const tolerance = ["velocity", "weightGradient"].includes(names[i]!) ? 1e-4 : 1e-5;
      const error = distance(got[i]!, want);
      assert(error <= tolerance * norm(want), `${names[i]}: norm ${norm(want)}, off by ${error}`);
    });
  });
}
