/** Random tensors from a counter-based generator: the numbers of `src/random.ts`, drawn on the device. */
import source from "../../../shaders/random.wgsl" with { type: "text" };
import { type Call, elements, featureMap, type Node, node, type Op, plainCall, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

interface RandomAttrs {
  /** Which of a key's streams: two uses of one key in a graph take different ones. */
  readonly stream: number;
}

function draw(
  variant: "UNIFORM" | "GAUSSIAN" | "DROPOUT" | "GAMMA",
  n: Node<RandomAttrs>,
  params: { readonly count: number },
  tuning: Tuning,
): Call {
  // SLOTS: where the parameters begin in the record, behind the inputs and the output.
  const slots = { SLOTS: n.inputs.length + 1, TRIES: gammaTries };
  const defines = { UNIFORM: 0, GAUSSIAN: 0, DROPOUT: 0, GAMMA: 0, [variant]: 1, ...slots };
  return {
    ...plainCall(n, ["key", "x", "rate"].slice(0, n.inputs.length), { source, defines }, tuning),
    params: { ...params, stream: n.attrs.stream },
    grid: foldGrid(params.count, tuning.threads),
  };
}

const uniformOp: Op<RandomAttrs> = {
  name: "uniform_noise",
  gradient: () => [null],
  call: (n, tuning) => draw("UNIFORM", n, { count: elements(n.shape) }, tuning),
};

const gaussianOp: Op<RandomAttrs> = {
  name: "gaussian_noise",
  gradient: () => [null],
  call: (n, tuning) => draw("GAUSSIAN", n, blocksOf(n.shape), tuning),
};

const dropoutOp: Op<RandomAttrs> = {
  name: "dropout",
  // The mask is drawn once more from the same numbers: it takes no memory. The rate is a constant.
  gradient: (
    { inputs: [key, , rate], attrs: { stream } },
    dy,
  ) => [null, dropout(dy, rate!, key!, stream), null],
  call: (n, tuning) => draw("DROPOUT", n, blocksOf(n.shape), tuning),
};

/** Of the gamma distribution's rejection method, each of which takes at least 95 of 100 numbers. */
const gammaTries = 8;
/** Streams of a key that a draw from gamma distributions takes. */
export const gammaStreams: number = 2 * gammaTries + 1;

const logGammaOp: Op<RandomAttrs> = {
  name: "log_gamma_noise",
  gradient: "none",
  call: (n, tuning) => draw("GAMMA", n, { count: elements(n.shape) }, tuning),
};

/** Blocks of 4 columns of a feature map, of one of its rows, and the row's logical width. */
function blocksOf(shape: Shape): { count: number; rowBlocks: number; width: number } {
  const [channels, images, height, width] = shape as [number, number, number, number];
  return { count: channels * images * height * rowBlocks(width), rowBlocks: rowBlocks(width), width };
}

function checked(
  op: Op<RandomAttrs>,
  key: Node,
  stream: number,
  shape: Shape,
  others: readonly Node[] = [],
): Node {
  if (key.dtype !== "u32" || elements(key.shape) !== 2) {
    throw new TypeError(`Cannot build ${op.name}: needs a key u32 [2], got ${key.dtype} [${key.shape}]`);
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
 * Logarithms of numbers from gamma distributions, dense: `shape` are the distributions' shapes, all above 0. It takes
 * {@link gammaStreams} streams from `stream` on. Not differentiable.
 */
export function logGammaNoise(shape: Node, key: Node, stream: number): Node {
  if (shape.shape.length === 4) {
    throw new TypeError(`Cannot build log_gamma_noise: [${shape.shape}] is not dense`);
  }
  return checked(logGammaOp, key, stream, shape.shape, [shape]);
}

/**
 * Dropout of single elements of the feature map `x`: 0 where element i of the stream, `uniformStream(key, stream, i)`
 * by logical index, is below `rate` [1], else x / (1 − rate). Rate and key are constants of differentiation.
 */
export function dropout(x: Node, rate: Node, key: Node, stream: number): Node {
  featureMap("dropout", x);
  if (elements(rate.shape) !== 1) {
    throw new TypeError(`Cannot build dropout: needs a rate [1], got [${rate.shape}]`);
  }
  return checked(dropoutOp, key, stream, x.shape, [x, rate]);
}
