/** Tiny networks of every family with weights by chance, as trained ones, and their logits in float64. */
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import type { Tensor } from "../../src/io/safetensors.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { fold, type Key, keyFromSeed, normal, uniform } from "../../src/random.ts";
import { stateTensors } from "../../src/search/supernet_file.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";
import { interpret } from "../reference/interpreter.ts";

/** What a tiny network is; the rest of it has a value here. */
interface Tiny {
  readonly genotype: Genotype;
  readonly channels?: number;
  readonly layers?: number;
  readonly images?: ReadNetwork["images"];
}

const spread = (
  key: Key,
  vector: Float32Array,
  offset: number,
  count: number,
  from: number,
  to: number,
): void => {
  for (let i = 0; i < count; i++) vector[offset + i] = from + (to - from) * uniform(key, offset + i);
};

/** With every weight and statistic by chance, those of the BatchNorms too. */
function tiny(
  { genotype, channels = 4, layers = 4, images = { channels: 3, height: 8, width: 12 } }: Tiny,
): ReadNetwork {
  const classes = ["cat", 'dog "Rex"', "Ätna 🌋"];
  const net = evaluationNetwork(genotype, {
    ...{ channels, layers, classes: classes.length, imageChannels: images.channels, auxiliary: false },
  });
  const key = keyFromSeed(7);
  const parameters = initialParameters(net.layout, key);
  for (const { init, shape, offset } of net.layout.parameters) {
    if (init.kind === "constant") {
      spread(key, parameters, offset, elements(shape), init.value - 0.4, init.value + 0.4);
    }
  }
  const statistics = new Float32Array(net.layout.statisticsFloats);
  for (const { offset, channels } of net.layout.batchNorms) {
    spread(key, statistics, offset, channels, -0.3, 0.3);
    spread(key, statistics, offset + channels, channels, 0.3, 1.2);
  }
  const normalisation = {
    mean: [0.45, 0.5, 0.3].slice(0, images.channels),
    std: [0.2, 0.25, 0.3].slice(0, images.channels),
  };
  return { net, parameters, statistics, classes, normalisation, images };
}

const grey = { channels: 1, height: 12, width: 12 } as const;

/** All operations of DARTS cells but noise, each at both strides; of the normal cell also inputs are handed on. */
const everyOperation: Genotype = {
  normal: [
    ["max_pool_3x3", 0],
    ["avg_pool_3x3", 1],
    ["skip_connect", 0],
    ["sep_conv_3x3", 2],
    ["sep_conv_5x5", 3],
    ["sep_conv_7x7", 1],
    ["dil_conv_3x3", 2],
    ["dil_conv_5x5", 4],
    ["conv_7x1_1x7", 5],
    ["none", 0],
  ],
  normal_concat: [0, 2, 3, 4, 5, 6],
  reduce: [
    ["max_pool_3x3", 0],
    ["avg_pool_3x3", 1],
    ["skip_connect", 1],
    ["sep_conv_3x3", 0],
    ["sep_conv_5x5", 0],
    ["sep_conv_7x7", 1],
    ["dil_conv_3x3", 0],
    ["dil_conv_5x5", 1],
    ["conv_7x1_1x7", 1],
    ["none", 0],
  ],
  reduce_concat: [2, 3, 4, 5, 6],
};

/** Nodes without any edge, and none on edges of both strides. */
const emptyNodes: Genotype = {
  normal: [["none", 0], ["none", 1], ["sep_conv_3x3", 1], ["none", 2]],
  normal_concat: [2, 3],
  reduce: [["none", 0], ["none", 1], ["skip_connect", 2], ["none", 1], ["max_pool_3x3", 0], [
    "skip_connect",
    3,
  ]],
  reduce_concat: [2, 3, 4],
};

/** By what they are there for. */
export const tinyNetworks: Readonly<Record<string, ReadNetwork>> = {
  "every operation": tiny({ genotype: everyOperation }),
  "every operation, grey": tiny({
    genotype: everyOperation,
    layers: 3,
    images: { ...grey, resizing: "area" },
  }),
  "empty nodes": tiny({ genotype: emptyNodes, layers: 5 }),
  "a single cell": tiny({
    ...{ genotype: emptyNodes, layers: 1 },
    images: { channels: 3, height: 12, width: 12 },
  }),
  "NAS-Bench-201": tiny({
    genotype: {
      arch: "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|",
    },
    ...{ layers: 5, images: { channels: 3, height: 8, width: 8 } },
  }),
  "NAS-Bench-201, a node of nothing": tiny({
    genotype: { arch: "|nor_conv_1x1~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|" },
    ...{ layers: 1, images: grey },
  }),
  "NAS-Bench-1Shot1": tiny({
    genotype: {
      matrix: [
        [0, 1, 1, 1, 0, 1],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
      ],
      ops: ["input", "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3", "conv3x3-bn-relu", "output"],
    },
    ...{ channels: 5, layers: 5, images: { channels: 3, height: 12, width: 12 } },
  }),
  "NAS-Bench-1Shot1, input to output": tiny({
    genotype: { matrix: [[0, 1], [0, 0]], ops: ["input", "output"] },
    ...{ layers: 1, images: grey },
  }),
};

/** Its file's tensors. */
export const tensorsOf = ({ net, parameters, statistics }: ReadNetwork): Map<string, Tensor> =>
  new Map(stateTensors(net.layout, { parameters, statistics }, 3));

/** Pixels by chance [count, channels, height, width], 0 … 255. */
export function pixelsFor({ images: { channels, height, width } }: ReadNetwork, count: number): Uint8Array {
  const key = fold(keyFromSeed(3), "pixels");
  return Uint8Array.from(
    { length: count * channels * height * width },
    (_, i) => Math.max(0, Math.min(255, 128 + 60 * normal(key, i))),
  );
}

/** A byte of a channel as the network takes it. */
export const normalised = (
  { normalisation: { mean, std } }: ReadNetwork,
  byte: number,
  channel: number,
): number => (byte / 255 - mean[channel]!) / std[channel]!;

/** Logits of pixels, image by image, in float64. */
export function logitsOf(network: ReadNetwork, pixels: Uint8Array): number[][] {
  const { net, parameters, statistics } = network;
  const { channels, height, width } = network.images;
  const plane = height * width;
  const count = pixels.length / (channels * plane);
  const { logits } = net.build({
    images: input("images", [channels, count, height, width]),
    parameters: input("parameters", [parameters.length]),
    statistics: input("statistics", [statistics.length]),
    mode: "eval",
  });
  // Channels come first in feature maps, images in files.
  const images = Float64Array.from(pixels, (_, i) => {
    const channel = Math.floor(i / (count * plane));
    const image = Math.floor(i / plane) % count;
    return normalised(network, pixels[(image * channels + channel) * plane + i % plane]!, channel);
  });
  const [values] = interpret([logits], { images, parameters, statistics });
  return Array.from(
    { length: count },
    (_, n) => network.classes.map((_, c) => values![c * count + n]!),
  );
}
