/** Random tensors from a counter-based generator: the numbers of `src/random.ts`, drawn on the device. */
import source from "../../../shaders/random.wgsl" with { type: "text" };
import {
  type Call,
  elements,
  featureMap,
  type Kernel,
  type Node,
  node,
  type Op,
  type Shape,
} from "../node.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

interface RandomAttrs {
  /** Which of a key's streams: two uses of one key in a graph take different ones. */
  readonly stream: number;
}

/** SLOTS: where the parameters begin in the shader's table, behind the inputs and the output. */
const variants = { UNIFORM: 0, GAUSSIAN: 0, DROPOUT: 0, SLOTS: 2 };
const uniformKernel: Kernel = { label: "uniform_noise", source, defines: { ...variants, UNIFORM: 1 } };
const gaussianKernel: Kernel = { label: "gaussian_noise", source, defines: { ...variants, GAUSSIAN: 1 } };
const dropoutKernel: Kernel = { label: "dropout", source, defines: { ...variants, DROPOUT: 1, SLOTS: 4 } };

function draw(kernel: Kernel, n: Node<RandomAttrs>, params: readonly number[]): Call {
  const count = params[0]!;
  return {
    kernel,
    slots: n.inputs.length,
    operands: n.inputs.map((node, slot) => ({ slot, node })),
    params: [...params, n.attrs.stream],
    grid: foldGrid(count, 64),
  };
}

const uniformOp: Op<RandomAttrs> = {
  name: "uniform_noise",
  gradient: () => [null],
  call: (n) => draw(uniformKernel, n, [elements(n.shape)]),
};

const gaussianOp: Op<RandomAttrs> = {
  name: "gaussian_noise",
  gradient: () => [null],
  call: (n) => draw(gaussianKernel, n, blocksOf(n.shape)),
};

const dropoutOp: Op<RandomAttrs> = {
  name: "dropout",
  // The mask is drawn once more from the same numbers: it takes no memory. The rate is a constant.
  gradient: (
    { inputs: [key, , rate], attrs: { stream } },
    dy,
  ) => [null, dropout(dy, rate!, key!, stream), null],
  call: (n) => draw(dropoutKernel, n, blocksOf(n.shape)),
};

/** Blocks of 4 columns of a feature map, of one of its rows, and the row's logical width. */
function blocksOf(shape: Shape): [number, number, number] {
  const [channels, images, height, width] = shape as [number, number, number, number];
  const blocks = rowBlocks(width);
  return [channels * images * height * blocks, blocks, width];
}

function checked(
  op: Op<RandomAttrs>,
  key: Node,
  stream: number,
  shape: Shape,
  others: readonly Node[] = [],
): Node {
  if (key.dtype !== "u32" || elements(key.shape) !== 2) {
    throw new TypeError(`Cannot build ${op.name}: wants a key u32 [2], got ${key.dtype} [${key.shape}]`);
  }
  return node(op, [key, ...others], { stream }, shape);
}

/** Uniform in [0, 1), dense: element i is exactly `uniformStream(key, stream, i)`. */
export function uniformNoise(key: Node, stream: number, shape: Shape): Node {
  if (shape.length === 4) throw new TypeError(`Cannot build uniform_noise: [${shape}] is not dense`);
  return checked(uniformOp, key, stream, shape);
}

/** A feature map of standard normal numbers: logical element i is `normalStream(key, stream, i)` within 1e-5. */
export function gaussianNoise(key: Node, stream: number, shape: Shape): Node {
  if (shape.length !== 4) throw new TypeError(`Cannot build gaussian_noise: [${shape}] is no feature map`);
  return checked(gaussianOp, key, stream, shape);
}

/**
 * Dropout of single elements of the feature map `x`: 0 where element i of the stream, `uniformStream(key, stream, i)`
 * by logical index, is below `rate` [1], else x / (1 − rate). Rate and key are constants of differentiation.
 */
export function dropout(x: Node, rate: Node, key: Node, stream: number): Node {
  featureMap("dropout", x);
  if (elements(rate.shape) !== 1) {
    throw new TypeError(`Cannot build dropout: wants a rate [1], got [${rate.shape}]`);
  }
  return checked(dropoutOp, key, stream, x.shape, [x, rate]);
}
