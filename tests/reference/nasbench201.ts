/**
 * NAS-Bench-201's networks in float64, from their published definition and the names of their PyTorch weights: what the
 * graphs built here are compared with. BatchNorm in training mode.
 */
export interface Map4 {
  /** [C, N, H, W]. */
  readonly shape: readonly [number, number, number, number];
  readonly data: Float64Array;
}

/** A weight by its name; undefined where the network has none of that name. */
export type Weights = (name: string) => ArrayLike<number> | undefined;

/** A mixed operation in the supernet (`edges`) is Σ weights[e][k]·op; a found cell (`layers`) has one operation an edge. */
export type Cell = { readonly mixing: readonly (readonly number[])[] } | {
  readonly operations: readonly string[];
};

const names = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];

function build(shape: Map4["shape"], value: (c: number, n: number, y: number, x: number) => number): Map4 {
  const [C, N, H, W] = shape;
  const data = new Float64Array(C * N * H * W);
  for (let i = 0; i < data.length; i++) {
    const [x, y, n, c] = [i % W, Math.floor(i / W) % H, Math.floor(i / W / H) % N, Math.floor(i / W / H / N)];
    data[i] = value(c, n, y, x);
  }
  return { shape, data };
}

const at = ({ shape: [, N, H, W], data }: Map4, c: number, n: number, y: number, x: number): number =>
  y < 0 || x < 0 || y >= H || x >= W ? 0 : data[((c * N + n) * H + y) * W + x]!;

const over = (count: number, value: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
};

function convolution(
  x: Map4,
  weight: ArrayLike<number>,
  channels: number,
  kernel: number,
  stride: number,
): Map4 {
  const [C, N, H, W] = x.shape;
  const pad = (kernel - 1) / 2;
  const shape = [channels, N, Math.ceil(H / stride), Math.ceil(W / stride)] as const;
  return build(shape, (o, n, y, p) =>
    over(C * kernel * kernel, (i) => {
      const [c, dy, dx] = [Math.floor(i / kernel ** 2), Math.floor(i / kernel) % kernel, i % kernel];
      return weight[o * C * kernel ** 2 + i]! * at(x, c, n, y * stride + dy - pad, p * stride + dx - pad);
    }));
}

function batchNorm(x: Map4, weights: Weights, name: string): Map4 {
  const [, N, H, W] = x.shape;
  const count = N * H * W;
  const channel = (c: number) => x.data.subarray(c * count, (c + 1) * count);
  const means = Array.from({ length: x.shape[0] }, (_, c) => over(count, (i) => channel(c)[i]!) / count);
  const deviations = means.map((mean, c) =>
    Math.sqrt(over(count, (i) => (channel(c)[i]! - mean) ** 2) / count + 1e-5)
  );
  const [scale, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
  return build(
    x.shape,
    (c, n, y, p) => (at(x, c, n, y, p) - means[c]!) / deviations[c]! * (scale?.[c] ?? 1) + (bias?.[c] ?? 0),
  );
}

const relu = ({ shape, data }: Map4): Map4 => ({ shape, data: data.map((value) => Math.max(0, value)) });
const scaled = ({ shape, data }: Map4, by: number): Map4 => ({
  shape,
  data: data.map((value) => value * by),
});
const add = (a: Map4, b: Map4): Map4 => ({
  shape: a.shape,
  data: a.data.map((value, i) => value + b.data[i]!),
});

function reluConvBn(
  x: Map4,
  weights: Weights,
  name: string,
  channels: number,
  kernel: number,
  stride = 1,
): Map4 {
  const convolved = convolution(relu(x), weights(`${name}.op.1.weight`)!, channels, kernel, stride);
  return batchNorm(convolved, weights, `${name}.op.2`);
}

/** Of the taps that lie in the image. */
function averagePool(x: Map4): Map4 {
  const [, , H, W] = x.shape;
  const inside = (i: number, size: number) => Math.min(size - 1, i + 1) - Math.max(0, i - 1) + 1;
  return build(
    x.shape,
    (c, n, y, p) =>
      over(9, (i) => at(x, c, n, y + Math.floor(i / 3) - 1, p + i % 3 - 1)) / (inside(y, H) * inside(p, W)),
  );
}

function operation(kind: string, x: Map4, weights: Weights, name: string): Map4 {
  if (kind === "none") return scaled(x, 0);
  if (kind === "skip_connect") return x;
  if (kind === "avg_pool_3x3") return averagePool(x);
  return reluConvBn(x, weights, name, x.shape[0], kind === "nor_conv_3x3" ? 3 : 1);
}

function cellOutput(input: Map4, cell: Cell, weights: Weights, name: string): Map4 {
  const nodes = [input];
  let edge = 0;
  for (let to = 1; to < 4; to++) {
    let sum = scaled(input, 0);
    for (let from = 0; from < to; from++, edge++) {
      const x = nodes[from]!;
      const e = edge;
      if ("mixing" in cell) {
        names.forEach((kind, k) => {
          const value = operation(kind, x, weights, `${name}.edges.${to}<-${from}.${k}`);
          sum = add(sum, scaled(value, cell.mixing[e]![k]!));
        });
      } else {
        sum = add(sum, operation(cell.operations[e]!, x, weights, `${name}.layers.${e}`));
      }
    }
    nodes.push(sum);
  }
  return nodes[3]!;
}

function residualBlock(x: Map4, weights: Weights, name: string): Map4 {
  const [C, N, H, W] = x.shape;
  const first = reluConvBn(x, weights, `${name}.conv_a`, 2 * C, 3, 2);
  const second = reluConvBn(first, weights, `${name}.conv_b`, 2 * C, 3);
  const means = build(
    [C, N, H / 2, W / 2],
    (c, n, y, p) => over(4, (i) => at(x, c, n, 2 * y + (i >> 1), 2 * p + (i & 1))) / 4,
  );
  return add(second, convolution(means, weights(`${name}.downsample.1.weight`)!, 2 * C, 1, 1));
}

/** Logits [classes, N]. `stacks` are the numbers of cells between the residual blocks. */
export function nasbench201Logits(
  images: Map4,
  weights: Weights,
  { channels, stacks, classes, cell }: {
    readonly channels: number;
    readonly stacks: readonly number[];
    readonly classes: number;
    readonly cell: Cell;
  },
): Float64Array {
  let x = batchNorm(convolution(images, weights("stem.0.weight")!, channels, 3, 1), weights, "stem.1");
  let module = 0;
  stacks.forEach((cells, stack) => {
    if (stack > 0) x = residualBlock(x, weights, `cells.${module++}`);
    for (let i = 0; i < cells; i++) x = cellOutput(x, cell, weights, `cells.${module++}`);
  });
  const last = relu(batchNorm(x, weights, "lastact.0"));
  const [C, N, H, W] = last.shape;
  const mean = (c: number, n: number) =>
    over(H * W, (i) => at(last, c, n, Math.floor(i / W), i % W)) / (H * W);
  const [matrix, bias] = [weights("classifier.weight")!, weights("classifier.bias")!];
  return Float64Array.from({ length: classes * N }, (_, i) => {
    const [o, n] = [Math.floor(i / N), i % N];
    return bias[o]! + over(C, (c) => matrix[o * C + c]! * mean(c, n));
  });
}
