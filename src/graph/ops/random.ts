/** Random tensors from a counter-based generator: the numbers of `src/random.ts`, drawn on the device. */
import source from "../../../shaders/random.wgsl" with { type: "text" };
import { type Call, elements, type Kernel, type Node, node, type Op, type Shape } from "../node.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

interface RandomAttrs {
  /** Which of a key's streams: two uses of one key in a graph take different ones. */
  readonly stream: number;
}

const uniformKernel: Kernel = { label: "uniform_noise", source, defines: { GAUSSIAN: 0 } };
const gaussianKernel: Kernel = { label: "gaussian_noise", source, defines: { GAUSSIAN: 1 } };

function draw(kernel: Kernel, n: Node<RandomAttrs>, params: readonly number[]): Call {
  const count = params[0]!;
  return {
    kernel,
    slots: 1,
    operands: [{ slot: 0, node: n.inputs[0]! }],
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
  call: (n) => {
    const [channels, images, height, width] = n.shape as [number, number, number, number];
    const blocks = rowBlocks(width);
    return draw(gaussianKernel, n, [channels * images * height * blocks, blocks, width]);
  },
};

function checked(op: Op<RandomAttrs>, key: Node, stream: number, shape: Shape): Node {
  if (key.dtype !== "u32" || elements(key.shape) !== 2) {
    throw new TypeError(`Cannot build ${op.name}: wants a key u32 [2], got ${key.dtype} [${key.shape}]`);
  }
  return node(op, [key], { stream }, shape);
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
