/**
 * The oracle of whole steps: evaluates graphs in float64 on the host, node by node with the plain loops of this
 * folder. It shares no shader, fusion pass, plan or memory with the engine; an operation is known by its name.
 */
import { elements, type Node, rowPitch, type Shape } from "../../src/graph/node.ts";
import { allFinite } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { normalStream, uniformStream } from "../../src/random.ts";
import {
  convolutionTaps,
  depthwiseTaps,
  type Filter,
  pointwiseTaps,
  trilinear,
  type Windows,
} from "./conv.ts";
import { broadcast, elementwise, packed, product, projectedRows, reduce } from "./dense.ts";
import { dirichletSlope, dirichletStream } from "./dirichlet.ts";
import {
  argmaxOf,
  average,
  averageAdjoint,
  channelSums,
  combination,
  gather,
  inverseSquaredVariances,
  meansAndVariances,
  planeMeans,
  type Pool,
  scatter,
  tabulate,
  type Unfold,
  unfoldPlaces,
  windowsOf,
} from "./maps.ts";

type Numbers = ArrayLike<number>;
type Values = Float64Array;
type Shape4 = readonly [number, number, number, number];

/** A node's value from its inputs' values; feature maps are logical, without row padding. */
type Twin = (n: Node, inputs: readonly Values[]) => Numbers;

/**
 * The values of nodes, feature maps as [C, N, H, W] without row padding. `feeds` gives every input by its name,
 * in the same form.
 */
export function interpret(outputs: readonly Node[], feeds: Readonly<Record<string, Numbers>>): Values[] {
  const values = new Map<Node, Values>();
  for (const n of topological(outputs)) {
    const value = n.op.name === "input" ? feeds[attrs<{ name: string }>(n).name] : evaluate(n, values);
    if (value?.length !== elements(n.shape)) {
      throw new Error(
        `${n.op.name} [${n.shape}] of ${JSON.stringify(n.attrs)} has ${value?.length} elements`,
      );
    }
    values.set(n, value instanceof Float64Array ? value : Float64Array.from(value));
  }
  return outputs.map((n) => values.get(n)!);
}

function evaluate(n: Node, values: ReadonlyMap<Node, Values>): Numbers {
  const twin = twins[n.op.name];
  if (!twin) throw new Error(`The interpreter has no ${n.op.name}`);
  return twin(n, n.inputs.map((x) => values.get(x)!));
}

const attrs = <A>(n: Node): A => n.attrs as A;
const map = (n: Node): Shape4 => n.shape as unknown as Shape4;
const columns = ({ shape: [, images, height, width] }: Node): number => images! * height! * width!;
const shapesOf = (n: Node): [Shape, Shape] => [n.inputs[0]!.shape, n.inputs[1]!.shape];
/** As many consecutive elements as `shape` has. */
const window = (x: Values, from: number, shape: Shape): Values => x.subarray(from, from + elements(shape));
const pair = (inputs: readonly Numbers[]): [Numbers, Numbers] => [inputs[0]!, inputs[1]!];

interface Scalars {
  readonly s: number;
  readonly t: number;
}
const unary = (f: (x: number, scalars: Scalars) => number): Twin => (n, [x]) =>
  Float64Array.from(x!, (value) => f(value, attrs<Scalars>(n)));
const binary = (f: (a: number, b: number) => number): Twin => (n, inputs) =>
  elementwise(f, pair(inputs), shapesOf(n), n.shape);

interface Reduction {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}
const reduction = (f: (a: number, b: number) => number, start: number): Twin => (n, [x]) => {
  const { outer, reduced, inner } = attrs<Reduction>(n);
  return reduce(f, start, x!, [outer, reduced, inner]);
};

/** The depthwise family over the map of pixels `x`. */
const depthwise = (x: Node, n: Node) => trilinear((visit) => depthwiseTaps(x.shape, attrs<Filter>(n), visit));
/** The dense family over the map of pixels `x` and the map of windows `y`. */
const dense = (x: Node, y: Node, n: Node) =>
  trilinear((visit) => convolutionTaps(x.shape, y.shape, attrs<Windows>(n), visit));
/** The pointwise family of weights [outputs, inputs] over the columns of `x`. */
const pointwise = (w: Shape, x: Node) => trilinear((visit) => pointwiseTaps(w[0]!, w[1]!, columns(x), visit));

/** Places of the maxima of a pooling's windows over the map `x`. */
const maxima = (n: Node, x: Node, value: Numbers): number[] =>
  argmaxOf(value, windowsOf(map(x), attrs<Pool>(n)));

/** From a feature map's index to the index in dense images [N, C, H·W]. */
const nchw = ([C, N, H, W]: Shape4): number[] =>
  Array.from({ length: C * N * H * W }, (_, i) => {
    const [c, n] = [Math.floor(i / (N * H * W)), Math.floor(i / (H * W)) % N];
    return (n * C + c) * H * W + (i % (H * W));
  });

interface Combination {
  readonly scaled: readonly boolean[];
  readonly bias: boolean;
  readonly relu: boolean;
}

const twins: Readonly<Record<string, Twin>> = {
  constant: (n) => {
    const { fill } = attrs<{ fill: number | Float32Array }>(n);
    if (typeof fill === "number") return new Float64Array(elements(n.shape)).fill(fill);
    if (n.shape.length < 4) return fill;
    const width = n.shape[3]!;
    return tabulate(map(n), (_, __, ___, w, i) => fill[Math.floor(i / width) * rowPitch(width) + w]!);
  },

  affine: unary((x, { s, t }) => s * x + t),
  exp: unary(Math.exp),
  log: unary(Math.log),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  square: unary((x) => x * x),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  clamp: unary((x, { s, t }) => Math.min(t, Math.max(s, x))),
  from_u32: (_, [x]) => x!,
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  equal: binary((a, b) => Number(a === b)),
  min: binary(Math.min),
  add_all: (_, inputs) => Float64Array.from(inputs[0]!, (_, i) => inputs.reduce((sum, x) => sum + x[i]!, 0)),
  broadcast: (n, [x]) => broadcast(x!, n.inputs[0]!.shape, n.shape),
  sum: reduction((a, b) => a + b, 0),
  max: reduction(Math.max, -Infinity),
  matmul: (n, inputs) => product(pair(inputs), shapesOf(n), attrs(n)),
  project_rows: (n, [x]) => projectedRows(x!, n.shape as [number, number]),

  stop_gradient: (_, [x]) => x!,
  reshape: (_, [x]) => x!,
  slice: (n, [x]) => window(x!, attrs<{ offset: number }>(n).offset, n.shape),
  pack: (n, inputs) => packed(inputs, attrs<{ offsets: number[] }>(n).offsets, n.shape),
  concat_channels: (_, inputs) => inputs.flatMap((x) => Array.from(x)),
  slice_channels: (n, [x]) => window(x!, attrs<{ from: number }>(n).from * columns(n), n.shape),

  uniform_noise: (n, [key]) => random(uniformStream, n, key!),
  gaussian_noise: (n, [key]) => random(normalStream, n, key!),
  dropout: (n, [key, x, rate]) =>
    Float64Array.from(
      random(uniformStream, n, key!),
      (u, i) => (u < rate![0]! ? 0 : x![i]! / (1 - rate![0]!)),
    ),

  dirichlet: (n, [concentration, key]) => {
    const { stream } = attrs<{ stream: number }>(n);
    const draw = (row: readonly number[], start: number) =>
      dirichletStream(row, [key![0]!, key![1]!], stream, start);
    return byRows(n, [concentration!], ([row], start) => draw(row!, start));
  },
  dirichlet_slope: (n, inputs) => byRows(n, inputs, ([theta, row]) => dirichletSlope(theta!, row!)),

  sgd_velocity: (n, [w, v, g, clip]) => {
    const { momentum, weightDecay } = attrs<{ momentum: number; weightDecay: number }>(n);
    return Float64Array.from(w!, (x, i) => momentum * v![i]! + clip![0]! * g![i]! + weightDecay * x);
  },
  sgd_update: (_, [w, v, lr]) => Float64Array.from(w!, (x, i) => x - lr![0]! * v![i]!),

  relu: unary((x) => Math.max(x, 0)),
  relu_mask: (_, [dy, x]) => Float64Array.from(dy!, (g, i) => (x![i]! > 0 ? g : 0)),

  convolution: (n, [x, w]) => dense(n.inputs[0]!, n, n).forward(x!, w!, elements(n.shape)),
  convolution_input_grad: (n, [dy, w]) => dense(n, n.inputs[0]!, n).inputGrad(dy!, w!, elements(n.shape)),
  convolution_weight_grad: (n, [x, dy]) =>
    dense(n.inputs[0]!, n.inputs[1]!, n).weightGrad(x!, dy!, elements(n.shape)),
  depthwise: (n, [x, w]) => depthwise(n.inputs[0]!, n).forward(x!, w!, elements(n.shape)),
  depthwise_input_grad: (n, [dy, w]) => depthwise(n, n).inputGrad(dy!, w!, elements(n.shape)),
  depthwise_weight_grad: (n, [x, dy]) => depthwise(n.inputs[0]!, n).weightGrad(x!, dy!, elements(n.shape)),

  pointwise: (n, [x, w]) => {
    const family = pointwise(n.inputs[1]!.shape, n);
    const transpose = attrs<{ transpose?: boolean }>(n).transpose;
    return transpose
      ? family.inputGrad(x!, w!, elements(n.shape))
      : family.forward(x!, w!, elements(n.shape));
  },
  pointwise_weight_grad: (n, [x, dy]) =>
    pointwise(n.shape, n.inputs[0]!).weightGrad(x!, dy!, elements(n.shape)),

  unfold: (n, [x]) => gather(x!, unfoldPlaces(map(n.inputs[0]!), attrs<Unfold>(n)).places),
  fold: (n, [dy]) => scatter(dy!, unfoldPlaces(map(n), attrs<Unfold>(n)).places, elements(n.shape)),

  max_pool: (n, [x]) => gather(x!, maxima(n, n.inputs[0]!, x!)),
  max_pool_scatter: (n, [dy, x]) => scatter(dy!, maxima(n, n, x!), elements(n.shape)),
  max_pool_gather: (n, [g, x]) => gather(g!, maxima(n, n.inputs[1]!, x!)),
  avg_pool: (n, [x]) => average(x!, windowsOf(map(n.inputs[0]!), attrs<Pool>(n))),
  avg_pool_grad: (n, [dy]) => averageAdjoint(dy!, windowsOf(map(n), attrs<Pool>(n)), elements(n.shape)),

  combine: (n, inputs) => {
    const { scaled, bias, relu } = attrs<Combination>(n);
    let next = scaled.length;
    const terms = scaled.map((has, i) => ({ x: inputs[i]!, scale: has ? inputs[next++]! : undefined }));
    const total = combination(map(n), terms, bias ? inputs[next] : undefined);
    return relu ? total.map((x) => Math.max(x, 0)) : total;
  },
  channel_dots: (n, inputs) => {
    const shape = map(n.inputs[0]!);
    const y = inputs.at(-1)!;
    const dots = inputs.slice(0, -1).map((x) => channelSums(shape, x, y));
    if (attrs<{ sum: boolean }>(n).sum) dots.push(channelSums(shape, y));
    return dots.flatMap((row) => Array.from(row));
  },
  moments: (n, [x]) => meansAndVariances(map(n.inputs[0]!), x!),
  inverse_squared_variance: (n, [x]) => inverseSquaredVariances(map(n.inputs[0]!), x!),
  spatial_mean: (n, [x]) => planeMeans(map(n.inputs[0]!), x!),
  spatial_spread: (n, [g]) => tabulate(map(n), (c, image) => g![c * n.shape[1]! + image]!),
  sample_scale: (n, [x, s]) => tabulate(map(n), (_, image, __, ___, i) => x![i]! * s![image]!),
  channel_shuffle: (n, [x]) => {
    // view [groups, channels / groups], transpose, flatten, as PyTorch code writes it.
    const { groups } = attrs<{ groups: number }>(n);
    const each = n.shape[0]! / groups;
    const channel = (c: number): Values => x!.subarray(c * columns(n), (c + 1) * columns(n));
    return Array.from(
      { length: each },
      (_, j) => Array.from({ length: groups }, (_, g) => Array.from(channel(g * each + j))),
    ).flat(2);
  },
  augment: (n, [words, plan, mean, std]) => {
    const [, , height, width] = map(n);
    const byte = (index: number) => (words![index >> 2]! >>> (8 * (index & 3))) & 255;
    return tabulate(map(n), (c, image, h, w) => {
      const [dy, dx, flip, cutY, cutX, size] = Array.from(
        plan!.subarray(6 * image, 6 * image + 6),
        (word) => word | 0,
      ) as [number, number, number, number, number, number];
      const half = size >> 1;
      if (h >= cutY - half && h < cutY + half && w >= cutX - half && w < cutX + half) return 0;
      const [y, x] = [h + dy, (flip ? width - 1 - w : w) + dx];
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      const pixel = inside ? byte(((image * mean!.length + c) * height + y) * width + x) : 0;
      return (pixel / 255 - mean![c]!) / std![c]!;
    });
  },
  // Of all parts the first has the place of the whole vector's first number that is not finite.
  first_not_finite: (n, inputs) => {
    const parts = n.shape[1]!;
    return inputs.flatMap((x) => {
      const first = x.findIndex((value) => !Number.isFinite(value));
      return [first < 0 ? allFinite : first, ...Array.from({ length: parts - 1 }, () => allFinite)];
    });
  },

  from_nchw: (n, [x]) => gather(x!, nchw(map(n))),
  to_nchw: (n, [x]) => scatter(x!, nchw(map(n.inputs[0]!)), elements(n.shape)),
};

/** The rows of a matrix, each from those of the inputs and the index at which it starts. */
const byRows = (
  { shape: [rows, columns] }: Node,
  inputs: readonly Values[],
  change: (rows: readonly (readonly number[])[], start: number) => readonly number[],
): number[] =>
  Array.from({ length: rows! }, (_, r) => r * columns!).flatMap((start) =>
    change(inputs.map((x) => [...x.subarray(start, start + columns!)]), start)
  );

function random(
  draw: (key: [number, number], stream: number, index: number) => number,
  n: Node,
  key: Numbers,
): Float64Array {
  const { stream } = attrs<{ stream: number }>(n);
  return Float64Array.from({ length: elements(n.shape) }, (_, i) => draw([key[0]!, key[1]!], stream, i));
}
