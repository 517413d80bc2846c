/** A node of every operation that has a kernel, in the variants that make the kernel or its record another one. */
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import * as ops from "../../src/graph/ops/mod.ts";
import { joinedFilters } from "../../src/graph/ops/joined_filters.ts";
import { logGammaNoise } from "../../src/graph/ops/random.ts";
import { sgdUpdate, sgdVelocity } from "../../src/graph/ops/sgd.ts";
import { normal } from "../../src/random.ts";

const { input } = ops;
const key = input("key", [2], "u32");
const maps = Array.from({ length: 9 }, (_, i) => input(`map${i}`, [5, 6, 13, 22])) as [Node, ...Node[]];
const [x, y] = maps as [Node, Node];
const vectors = Array.from({ length: 9 }, (_, i) => input(`vector${i}`, [5])) as [Node, ...Node[]];
const terms = (count: number, scaled = count) =>
  maps.slice(0, count).map((x, k) => (k < scaled ? { x, scale: vectors[k]! } : { x }));
const matrix = input("matrix", [70, 40]);
const long = input("long", [3 * 40_000]);
const flat = (name: string) => input(name, [70_001]);

const convolutions = ([[3, 1, 1], [5, 2, 1], [3, 1, 2], [5, 2, 2], [7, 1, 1]] as const).flatMap(
  ([kernel, stride, dilation]) => {
    const attrs = { kernel, stride, dilation };
    const w = input(`filter${kernel}`, [5, kernel * kernel]);
    return [x, input("wide", [5, 2, 9, 70])].flatMap((map, i): [string, Node][] => {
      const name = `depthwise ${kernel} ${stride} ${dilation}, ${i === 0 ? "narrow" : "wide"}`;
      const out = ops.depthwise(map, w, attrs);
      const [dx, dw] = gradient(ops.sum(ops.channelDot(out, input(`dy ${name}`, out.shape))), [map, w]);
      return [[name, out], [`${name}, dx`, dx!], [`${name}, dw`, dw!]];
    });
  },
);
const products = [[5, 7], [18, 40], [300, 12], [1030, 5]].flatMap(([inputs, outputs]): [string, Node][] => {
  const map = input(`of ${inputs}`, [inputs!, 3, 13, 22]);
  const w = input(`of ${inputs} to ${outputs}`, [outputs!, inputs!]);
  const dy = input(`to ${outputs}`, [outputs!, 3, 13, 22]);
  return [
    [`pointwise ${inputs} to ${outputs}`, ops.pointwise(map, w)],
    [`pointwise ${inputs} to ${outputs}, dx`, ops.pointwise(dy, w, { transpose: true })],
    [`pointwise ${inputs} to ${outputs}, dw`, ops.pointwiseWeightGrad(map, dy)],
  ];
});
const denseConvolutions = ([
  [{ kernel: [3, 3], stride: [1, 1], pad: [1, 1] }, 18, 20],
  [{ kernel: [3, 3], stride: [2, 2], pad: [1, 1] }, 5, 7],
  [{ kernel: [1, 7], stride: [1, 1], pad: [0, 3] }, 5, 3],
] as const).flatMap(([attrs, inputs, outputs]): [string, Node][] => {
  const name = `convolution ${attrs.kernel.join("x")} stride ${attrs.stride[0]}`;
  const map = input(`map of ${name}`, [inputs, 6, 13, 22]);
  const w = input(`filters of ${name}`, [outputs, inputs * attrs.kernel[0] * attrs.kernel[1]]);
  const out = ops.convolution(map, w, attrs);
  const [dx, dw] = gradient(ops.sum(ops.channelDot(out, input(`dy ${name}`, out.shape))), [map, w]);
  return [[name, out], [`${name}, dx`, dx!], [`${name}, dw`, dw!]];
});
const poolings = [1, 2].flatMap((stride): [string, Node][] => {
  const attrs = { kernel: 3, stride, pad: 1 };
  const [out, mean] = [ops.maxPool(x, attrs), ops.avgPool(x, attrs)];
  const dy = input(`dy of stride ${stride}`, out.shape);
  return [
    [`max_pool ${stride}`, out],
    [`avg_pool ${stride}`, mean],
    [`max_pool_scatter ${stride}`, ops.maxPoolScatter(dy, x, attrs)],
    [`max_pool_gather ${stride}`, ops.maxPoolGather(y, x, attrs)],
    [`avg_pool_grad ${stride}`, gradient(ops.sum(ops.channelDot(mean, dy)), [x])[0]!],
  ];
});
const many = input("many planes", [64, 64, 8, 8]);
const broad = input("broad", [2, 9, 40, 60]);
const filters = input("filters of many", [64, 9]);
const windows = { kernel: [3, 3], stride: [2, 1], pad: [1, 1], dilation: 1 } as const;

export const catalogue: Readonly<Record<string, Node>> = {
  ...Object.fromEntries([...convolutions, ...denseConvolutions, ...products, ...poolings]),
  "depthwise of many planes, dw": gradient(
    ops.sum(ops.channelDot(ops.depthwise(many, filters, { kernel: 3, stride: 1, dilation: 1 }))),
    [filters],
  )[0]!,
  "convolution of many columns, dw": ops.convolutionWeightGrad(broad, broad, {
    kernel: [3, 3],
    stride: [1, 1],
    pad: [1, 1],
  }),
  "pointwise of many columns, dw": ops.pointwiseWeightGrad(broad, input("broad and deep", [12, 9, 40, 60])),
  "combine 1 to 3 terms": ops.relu(ops.combine(terms(3), vectors[3])),
  "combine 3 terms": ops.combine(terms(3), vectors[3], { relu: true }),
  "combine 2 terms": ops.combine(terms(2)),
  "combine 9 terms": ops.combine(terms(9, 4), vectors[3]),
  "pooled sum": ops.combine([
    { x, scale: vectors[0] },
    { x: ops.avgPool(x, { kernel: 3, stride: 1, pad: 1 }), scale: vectors[1]! },
    { x: ops.avgPool(maps[2]!, { kernel: 3, stride: 1, pad: 1 }), scale: vectors[2]! },
    { x: y },
  ], vectors[3]),
  "sum of maps": ops.combine(terms(7, 0)),
  "masked sum": ops.reluMask(ops.combine(terms(6, 0)), maps[8]!),
  "masked combine": ops.reluMask(ops.combine(terms(6, 3), vectors[3]), maps[8]!),
  ...Object.fromEntries(
    ops.channelDots(maps.slice(1), x, { sum: true }).map((dot, k) => [`channel_dots ${k}`, dot]),
  ),
  "channel_dots of one": ops.channelDot(x, y),
  "channel_sum": ops.channelDot(x),
  "moments": ops.moments(x),
  "moments of a long channel": ops.moments(broad),
  "channel_shuffle": ops.channelShuffle(input("grouped", [6, 3, 13, 24]), 3),
  "sample_scale": ops.sampleScale(x, input("scales", [6])),
  "relu": ops.relu(x),
  "relu_mask": ops.reluMask(x, y),
  "spatial_mean": ops.spatialMean(x),
  "spatial_spread": ops.spatialSpread(input("means", [5, 6]), 13, 22),
  "inverse_squared_variance": ops.inverseSquaredVariance(x),
  "from_nchw": ops.fromNCHW(input("images", [3, 5, 91]), { height: 7, width: 13 }),
  "to_nchw": ops.toNCHW(x),
  "unfold": ops.unfold(x, windows),
  "fold": ops.fold(ops.unfold(x, windows), { ...windows, height: 13, width: 22 }),
  "sum": ops.sum(long),
  "sum of a matrix": ops.sum(matrix),
  "sum of rows": ops.sum(matrix, [1]),
  "max": ops.max(matrix, 1),
  "max of few": ops.max(input("few", [4, 5]), 0),
  "sum of few": ops.sum(input("few", [4, 5]), [0]),
  "add_all": ops.addAll([matrix, ops.exp(matrix), matrix]),
  "add_all of few": ops.addAll([vectors[0], ops.exp(vectors[1]!), vectors[2]!]),
  "add_all of many": ops.addAll([long, ops.exp(long), long]),
  "elementwise": ops.exp(ops.mul(long, ops.scale(long, 0.1))),
  "elementwise of few": ops.mul(input("few", [4, 5]), input("fewer", [4, 1])),
  "joined_filters": joinedFilters([
    {
      channels: 5,
      terms: [
        { w: input("wide filter", [5, 45]), scale: vectors[0], kernel: [3, 3], at: [0, 0] },
        { w: input("point filter", [5, 5]), scale: vectors[1]!, kernel: [1, 1], at: [1, 1] },
      ],
    },
    {
      channels: 2,
      terms: [{ w: input("tall filter", [5, 6]), scale: vectors[2]!, kernel: [3, 1], at: [0, 1] }],
    },
  ], [3, 3]),
  "matmul": ops.matmul(matrix, matrix, { tb: true }),
  "project_rows": ops.projectRows(matrix),
  "uniform_noise": ops.uniformNoise(key, 0, [1000]),
  "gaussian_noise": ops.gaussianNoise(key, 1, [3, 4, 5, 6]),
  "dropout": ops.dropout(x, input("rate", [1]), key, 2),
  "log_gamma_noise": logGammaNoise(ops.exp(matrix), key, 3),
  "dirichlet_slope": ops.dirichletSlope(ops.softmax(matrix, 1), ops.exp(matrix)),
  "first_not_finite": ops.firstNotFinite([long, matrix].map((x) => ops.reshape(x, [elements(x.shape)]))),
  "sgd_velocity": sgdVelocity(flat("w"), flat("v"), flat("g"), input("rate", [1]), {
    momentum: 0.9,
    weightDecay: 1e-3,
  }),
  "sgd_update": sgdUpdate(flat("w"), flat("v"), input("rate", [1])),
  "augment": ops.augment({
    images: input("bytes", [3 * 2 * 7 * 10 / 4], "u32"),
    plan: input("plan", [3, 6], "u32"),
    mean: input("means of 2", [2]),
    std: input("deviations", [2]),
    height: 7,
    width: 10,
  }),
};

/** A value for an input of the catalogue, without row padding. */
export function valueOf(
  name: string,
  { shape, dtype }: Pick<Node, "shape" | "dtype">,
): Float32Array | Uint32Array {
  const length = elements(shape);
  if (dtype === "u32") {
    return Uint32Array.from({ length }, (_, i) => (name === "plan" ? i % 3 : i * 2654435761));
  }
  if (name === "rate") return Float32Array.of(0.3);
  const own: [number, number] = [name.length, name.charCodeAt(name.length - 1)];
  return Float32Array.from({ length }, (_, i) => name === "deviations" ? 1 + i : normal(own, i));
}
