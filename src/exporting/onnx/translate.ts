/**
 * From the nodes of a network to those of ONNX. A feature map [C, N, H, W] is [N, C, H, W] there, and a dense [F, N] is
 * [N, F]; N is free. What does not depend on the images becomes constants.
 */
import { elements, type Node, type Shape } from "../../graph/node.ts";
import { type CombineAttrs, combined } from "../../graph/ops/combine.ts";
import type {
  ConvolutionAttrs,
  DepthwiseAttrs,
  LoadAttrs,
  PointwiseAttrs,
  PoolAttrs,
} from "../../graph/ops/mod.ts";
import { topological } from "../../graph/rewrite.ts";
import type { Layout } from "../../nn/parameters.ts";
import { noiseError } from "../noise.ts";
import { BatchNorms } from "./batch_norms.ts";
import { type Constants, parameterAt } from "./constants.ts";
import type { OnnxGraph } from "./graph.ts";

/** What rules translate with. */
interface Translation {
  readonly graph: OnnxGraph;
  readonly constants: Constants;
  readonly layout: Layout;
  readonly batchNorms: BatchNorms;
  /** The output, in the ONNX graph, of a node that depends on the images. */
  readonly nameOf: (node: Node) => string;
}

/** The name of the graph's input. */
export const imagesName = "images";

/**
 * Adds what computes `output` to a graph; returns its name there. `images` is the name of the normalised images.
 *
 * @throws UserError (exit 2) for a network with noise
 */
export function translate(
  output: Node,
  graph: OnnxGraph,
  { constants, layout, images }: {
    readonly constants: Constants;
    readonly layout: Layout;
    readonly images: string;
  },
): string {
  const names = new Map<Node, string>();
  const batchNorms = new BatchNorms(graph, constants, layout);
  const translation = { graph, constants, layout, batchNorms, nameOf: (node: Node) => names.get(node)! };
  for (const node of topological([output])) {
    if (node.shape.length !== 4 && (node.op.name === "input" || constants.valueOf(node))) continue;
    const rule = rules[node.op.name];
    if (!rule) throw new TypeError(`Cannot export: there is no ONNX rule for ${node.op.name}`);
    names.set(node, node.op.name === "input" ? images : rule(node, translation));
  }
  return names.get(output)!;
}

/** The constant that a node is: by the name and in the shape of the state dict, where it is a parameter. */
function constantOf(
  node: Node,
  { graph, constants, layout }: Translation,
  shape: Shape = node.shape,
): string {
  const spec = parameterAt(node, layout);
  const values = constants.of(node);
  return spec ? graph.constant(spec.name, spec.shape, values) : graph.numbers(shape, values);
}

/** The name of the module that a parameter is of, for the node that reads it. */
const moduleOf = (parameter: Node, { layout }: Translation, otherwise: string): string =>
  parameterAt(parameter, layout)?.name.replace(/\.weight$/, "") ?? otherwise;

/** The same zeros at both ends of two axes. */
const padding = ([rows, columns]: readonly [number, number]) => [rows, columns, rows, columns];

/** A convolution of a node's first input with its second. */
function convolved(
  node: Node,
  t: Translation,
  { weight, x = t.nameOf(node.inputs[0]!), ...attributes }: {
    readonly weight: Shape;
    readonly x?: string;
    readonly kernel_shape: readonly number[];
    readonly strides: readonly number[];
    readonly pads: readonly number[];
    readonly dilations?: readonly number[];
    readonly group?: number;
  },
): string {
  if ((node.attrs as LoadAttrs).load) throw new TypeError(`Cannot export: ${node.op.name} with a loader`);
  const filter = node.inputs[1]!;
  return t.graph.add("Conv", [x, constantOf(filter, t, weight)], attributes, moduleOf(filter, t, "Conv"));
}

/** A map without its first rows and columns. */
function cropped(x: string, [rows, columns]: readonly [number, number], { graph }: Translation): string {
  if (rows === 0 && columns === 0) return x;
  // ONNX takes an end beyond an axis as that of the axis; some tools keep indices in 32 bits.
  const end = 2 ** 31 - 1;
  const [starts, ends] = [graph.indices([rows, columns]), graph.indices([end, end])];
  return graph.add("Slice", [x, starts, ends, graph.indices([2, 3])]);
}

/** A map of zeros for as many images as there are. */
function zeros([channels, , height, width]: Shape, { graph }: Translation): string {
  const count = graph.add("Shape", [imagesName], { start: 0, end: 1 });
  const size = graph.add("Concat", [count, graph.indices([channels!, height!, width!])], { axis: 0 });
  return graph.add("ConstantOfShape", [size]);
}

function pooled(type: string, node: Node, { graph, nameOf }: Translation): string {
  const { kernel, stride, pad } = node.attrs as PoolAttrs;
  return graph.add(type, [nameOf(node.inputs[0]!)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: padding([pad, pad]),
  });
}

/** Σ scale·x + bias, of which BatchNorms are recognised and what is left is products and sums with constants. */
function sum(node: Node<CombineAttrs>, t: Translation): string {
  const { graph, constants, batchNorms, nameOf } = t;
  const channels = node.shape[0]!;
  const { terms, bias } = combined(node);
  const left = bias ? constants.of(bias).slice() : new Float64Array(channels);
  const summands: string[] = [];
  for (const { x, scale } of terms) {
    const factors = scale && constants.of(scale);
    if (factors?.every((factor) => factor === 0)) continue;
    const norm = scale && batchNorms.of(scale);
    if (norm) {
      summands.push(batchNorms.add(norm, nameOf(x)));
      norm.shift.forEach((value, c) => left[c]! -= value);
    } else if (!factors || factors.every((factor) => factor === 1)) summands.push(nameOf(x));
    else summands.push(graph.add("Mul", [nameOf(x), graph.numbers([channels, 1, 1], factors)]));
  }
  const total = summands.length > 0
    ? summands.reduce((a, b) => graph.add("Add", [a, b]))
    : zeros(node.shape, t);
  const size = Math.max(...(bias ? constants.of(bias).map(Math.abs) : []), 1);
  const shifted = left.every((value) => Math.abs(value) <= roundingOf64 * size)
    ? total
    : graph.add("Add", [total, graph.numbers([channels, 1, 1], left)]);
  return node.attrs.relu ? graph.add("Relu", [shifted]) : shifted;
}

/** What sums of float64 that are equal may differ by, of their size. */
const roundingOf64 = 1e-12;

const refuseNoise = (): never => {
  throw noiseError();
};

const rules: Readonly<Record<string, (node: Node, t: Translation) => string>> = {
  input: () => imagesName,
  constant: (node, t) => {
    if ((node.attrs as { fill: unknown }).fill !== 0) {
      throw new TypeError("Cannot export a map that is not 0");
    }
    return zeros(node.shape, t);
  },
  gaussian_noise: refuseNoise,
  uniform_noise: refuseNoise,
  relu: ({ inputs: [x] }, { graph, nameOf }) => graph.add("Relu", [nameOf(x!)]),
  combine: (node, t) => sum(node as Node<CombineAttrs>, t),
  pointwise: (node, t) => {
    const { relu, transpose } = node.attrs as PointwiseAttrs;
    if (relu || transpose) throw new TypeError("Cannot export: pointwise with a ReLU or a transpose");
    const weight = [node.shape[0]!, node.inputs[0]!.shape[0]!, 1, 1];
    return convolved(node, t, { weight, kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] });
  },
  convolution: (node, t) => {
    const { kernel, stride, pad, offset = [0, 0] } = node.attrs as ConvolutionAttrs;
    return convolved(node, t, {
      x: cropped(t.nameOf(node.inputs[0]!), offset, t),
      weight: [node.shape[0]!, node.inputs[0]!.shape[0]!, ...kernel],
      ...{ kernel_shape: kernel, strides: stride, pads: padding(pad) },
    });
  },
  depthwise: (node, t) => {
    const { kernel, stride, dilation } = node.attrs as DepthwiseAttrs;
    const pad = dilation * (kernel - 1) / 2;
    return convolved(node, t, {
      weight: [node.shape[0]!, 1, kernel, kernel],
      ...{ kernel_shape: [kernel, kernel], strides: [stride, stride], pads: padding([pad, pad]) },
      ...{ dilations: [dilation, dilation], group: node.shape[0]! },
    });
  },
  avg_pool: (node, t) => pooled("AveragePool", node, t),
  max_pool: (node, t) => pooled("MaxPool", node, t),
  concat_channels: ({ inputs }, { graph, nameOf }) => graph.add("Concat", inputs.map(nameOf), { axis: 1 }),
  slice_channels: ({ inputs: [x], attrs, shape }, { graph, nameOf }) => {
    const { from } = attrs as { from: number };
    const [start, end] = [graph.indices([from]), graph.indices([from + shape[0]!])];
    return graph.add("Slice", [nameOf(x!), start, end, graph.indices([1])]);
  },
  spatial_mean: ({ inputs: [x] }, { graph, nameOf }) =>
    graph.add("Flatten", [graph.add("GlobalAveragePool", [nameOf(x!)])], { axis: 1 }),
  matmul: (node, t) => product(node, t),
  add: (node, t) => {
    const constant = node.inputs.find((x) => t.constants.valueOf(x));
    const other = node.inputs.find((x) => x !== constant);
    if (!constant || !other || elements(constant.shape) !== node.shape[0]) {
      throw new TypeError(
        `Cannot export: a sum of [${node.inputs.map(({ shape }) => shape).join("] and [")}]`,
      );
    }
    const bias = constantOf(constant, t, [node.shape[0]!]);
    return other.op.name === "matmul" ? product(other, t, bias) : t.graph.add("Add", [t.nameOf(other), bias]);
  },
};

/** A matrix of constants times the [F, N] of N images, and a bias. */
function product({ inputs: [weight, x], attrs }: Node, t: Translation, ...bias: readonly string[]): string {
  const { ta, tb } = attrs as { ta: boolean; tb: boolean };
  if (ta || tb) throw new TypeError("Cannot export: a product of transposed matrices");
  const name = moduleOf(weight!, t, "Gemm");
  return t.graph.add("Gemm", [t.nameOf(x!), constantOf(weight!, t), ...bias], { transB: 1 }, name);
}
