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

Deno.test("the auxiliary head's loss counts by its weight, and the loss is that of smoothed labels", () => {
  const [batch, size, classes] = [2, 32, 3];
  const net = evaluationNetwork(publishedGenotypes.DARTS_V2, {
    channels: 1,
    layers: 2,
    imageChannels: 1,
    classes,
    auxiliary: true,
  });
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    lr: input("lr", [1]),
  };
  const images = input("images", [1, batch, size, size]);
  const step = (auxiliary: number, labelSmoothing: number) =>
    trainingStep(net, nodes, { images, labels: input("labels", [batch], "u32") }, {
      momentum: 0,
      weightDecay: 0,
      gradClip: 0,
      auxiliary,
      labelSmoothing,
    });
  const key = keyFromSeed(6);
  const feeds = {
    weights: initialParameters(net.layout, key),
    statistics: freshStatistics(net.layout),
    images: Float32Array.from({ length: batch * size * size }, (_, i) => normal(key, i)),
    labels: Uint32Array.of(0, 2),
  };
  const slopes = [0, 0.4, 1].map((auxiliary) => step(auxiliary, 0).weightGradient);
  const { logits } = net.build({ images, parameters: nodes.weights, mode: "train" });
  const [none, some, whole, output, plain, smoothed] = interpret(
    [...slopes, logits, step(0, 0).loss, step(0, 0.3).loss],
    feeds,
  );
  assert(distance(none!, whole!) > 0.1 * norm(whole!));
  assert(distance(some!, none!.map((x, i) => x + 0.4 * (whole![i]! - x))) < 1e-9 * norm(whole!));
  // Of each image the logarithms of its softmax, one a class.
  const logs = [0, 1].map((n) => {
    const column = Array.from({ length: classes }, (_, c) => output![c * batch + n]!);
    const all = Math.log(column.reduce((sum, x) => sum + Math.exp(x), 0));
    return column.map((x) => x - all);
  });
  const loss = (smoothing: number) =>
    -logs.reduce((sum, row, n) => {
      const own = row[feeds.labels[n]!]!;
      return sum + (1 - smoothing) * own + smoothing / classes * row.reduce((a, b) => a + b);
    }, 0) / batch;
  assert(Math.abs(plain![0]! - loss(0)) < 1e-9 && Math.abs(smoothed![0]! - loss(0.3)) < 1e-9);
});
