/**
 * Pointwise (1×1) convolution: one matrix product over the N·H·W columns of a feature map. It, its transpose and
 * its weight gradient are one trilinear form seen from each side, so the family is closed under differentiation.
 */
import source from "../../../shaders/pointwise.wgsl" with { type: "text" };
import heldSource from "../../../shaders/pointwise_held.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/pointwise_weight_grad.wgsl" with { type: "text" };
import { featureMap, type Kernel, type Node, node, type Op, sameShape } from "../node.ts";
import { channelBlocks, evenSpan } from "./grid.ts";
import { lowestKept } from "./loader.ts";
import { partialSums, ranges } from "./partial_sums.ts";

export interface ReluAttrs {
  /** x is max(x, 0). Set by the planner, which takes ReLU into the loader; such a node has no gradient. */
  readonly relu?: boolean;
}
export interface PointwiseAttrs extends ReluAttrs {
  /** Multiplies by the transpose of w. */
  readonly transpose?: boolean;
}
interface PartialAttrs extends ReluAttrs {
  readonly ranges: number;
}

function refuseRelu(name: string, { relu }: ReluAttrs): void {
  if (relu) {
    throw new TypeError(
      `Cannot differentiate ${name} with a fused ReLU: differentiate the graph before planning it`,
    );
  }
}

export const pointwiseOp: Op<PointwiseAttrs> = {
  name: "pointwise",
  gradient: ({ inputs, attrs }, dy) => {
    refuseRelu("pointwise", attrs);
    const [x, w] = inputs as [Node, Node];
    if (w.shape.length === 3) {
      throw new TypeError(
        "Cannot differentiate a sum of pointwise convolutions: differentiate before planning",
      );
    }
    return attrs.transpose
      ? [pointwise(dy, w), pointwiseWeightGrad(dy, x)]
      : [pointwise(dy, w, { transpose: true }), pointwiseWeightGrad(x, dy)];
  },
  call: (n) => {
    const [x, w] = n.inputs as [Node, Node];
    const [inputs, outputs] = [x.shape[0]!, n.shape[0]!];
    const columns = channelBlocks(x.shape);
    const part = w.shape.length === 3 ? w.shape[2]! : inputs;
    const { kernel, rows, span } = inputs <= mostHeld && part === inputs
      ? heldKernel(inputs, outputs, columns)
      : tiledKernel(inputs, outputs);
    return {
      kernel,
      slots: 2,
      operands: [{ slot: 0, node: x }, { slot: 1, node: w }],
      params: [
        columns,
        outputs,
        inputs,
        ...(n.attrs.transpose ? [1, outputs] : [part, 1]),
        lowestKept(n.attrs.relu ?? false),
        span,
        part,
        outputs * part,
      ],
      grid: [Math.ceil(columns / span), Math.ceil(outputs / rows)],
      flop: 8 * columns * inputs * outputs,
    };
  },
};

/** A kernel, and how many outputs and blocks of 4 columns one of its workgroups computes. */
interface Tiling {
  readonly kernel: Kernel;
  readonly rows: number;
  readonly span: number;
}

/** Most inputs of the kernel that holds its filters. */
const mostHeld = 16;

function heldKernel(inputs: number, outputs: number, columns: number): Tiling {
  const [IN, OUT] = [inputs, outputs].map((n) => (n <= 4 ? 4 : n <= 8 ? 8 : 16)) as [number, number];
  return {
    kernel: { label: `pointwise held ${IN}x${OUT}`, source: heldSource, defines: { IN, OUT } },
    rows: OUT,
    span: evenSpan(columns, 512, 64), // some 8 blocks for each of 64 threads
  };
}

function tiledKernel(inputs: number, outputs: number): Tiling {
  const fits = (tile: number): boolean => Math.ceil(inputs / 4) * 4 * tile <= stagedFloats;
  let OUT = outputTile(outputs);
  while (OUT > 4 && !fits(OUT)) OUT /= 2;
  const staged = fits(OUT);
  return {
    kernel: {
      label: `pointwise ${OUT}${staged ? "" : " unstaged"}`,
      source,
      defines: { OUT, STAGED: Number(staged) },
    },
    rows: OUT,
    span: 256,
  };
}

/** Output channels of one thread: as many as registers hold, unless the last tile would be half idle. */
function outputTile(outputs: number): number {
  const padded = (tile: number) => Math.ceil(outputs / tile) * tile;
  return padded(16) === padded(8) ? 16 : outputs > 4 ? 8 : 4;
}

/** Floats of w that a workgroup can hold, as in the shader. */
const stagedFloats = 4096;

/** Threads of a workgroup of the weight gradient: few, since their tiles are added up in the end. */
const weightThreads = 32;

/**
 * Outputs and inputs of the tile of dw that a workgroup holds: a value loaded serves a row or a column of it, so as
 * large as the registers allow.
 */
function weightTile(outputs: number, inputs: number): readonly [number, number] {
  return [outputs > 8 ? 16 : outputs > 4 ? 8 : 4, inputs > 4 ? 8 : 4];
}

/** Tiles of a weight gradient along its outputs and its inputs. */
function weightTiles(outputs: number, inputs: number): readonly [number, number] {
  const [o, i] = weightTile(outputs, inputs);
  return [Math.ceil(outputs / o), Math.ceil(inputs / i)];
}

export const pointwiseWeightGradOp: Op<ReluAttrs> = {
  name: "pointwise_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseRelu("pointwise_weight_grad", attrs);
    const [x, dy] = inputs as [Node, Node];
    return [pointwise(dy, dw, { transpose: true }), pointwise(x, dw)];
  },
  lower: (n) => {
    const [outputs, inputs] = n.shape as [number, number];
    const [down, across] = weightTiles(outputs, inputs);
    const parts = ranges(down * across, channelBlocks(n.inputs[0]!.shape), 32 * weightThreads);
    const partial = (shape: number[]) =>
      node(weightPartialsOp, n.inputs, { ...n.attrs, ranges: parts }, shape);
    return parts === 1 ? partial([...n.shape]) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<PartialAttrs> = {
  name: "pointwise_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: ({ inputs: [x, dy], attrs }) => {
    const [inputs, outputs] = [x!.shape[0]!, dy!.shape[0]!];
    const columns = channelBlocks(x!.shape);
    const [O, I] = weightTile(outputs, inputs);
    const [down, across] = weightTiles(outputs, inputs);
    return {
      kernel: {
        label: `pointwise_weight_grad ${O}x${I}`,
        source: weightGradSource,
        defines: { O, I, THREADS: weightThreads },
      },
      slots: 2,
      operands: [{ slot: 0, node: x! }, { slot: 1, node: dy! }],
      params: [
        columns,
        outputs,
        inputs,
        Math.ceil(columns / attrs.ranges),
        lowestKept(attrs.relu ?? false),
        across,
        weightThreads,
      ],
      grid: [down * across, attrs.ranges],
      flop: 8 * columns * inputs * outputs,
    };
  },
};

/**
 * Pointwise convolution of x [Ci, N, H, W] with w [Co, Ci]: [Co, N, H, W]. With `transpose` the adjoint: x has Co
 * channels and the result Ci.
 */
export function pointwise(x: Node, w: Node, attrs: PointwiseAttrs = {}): Node {
  const [channels, ...rest] = featureMap("pointwise", x);
  const [outputs, inputs] = attrs.transpose ? w.shape.toReversed() : w.shape;
  if (w.shape.length !== 2 || inputs !== channels) {
    const wanted = attrs.transpose ? `[${channels}, …]` : `[…, ${channels}]`;
    throw new TypeError(
      `Cannot build pointwise: x of shape [${x.shape}] wants weights ${wanted}, got [${w.shape}]`,
    );
  }
  return node(pointwiseOp, [x, w], attrs, [outputs!, ...rest]);
}

/** Gradient of {@link pointwise} in w: dy · xᵀ over all columns, [Co, Ci]. */
export function pointwiseWeightGrad(x: Node, dy: Node, attrs: ReluAttrs = {}): Node {
  const [inputs, ...columns] = featureMap("pointwise_weight_grad", x);
  const [outputs, ...dyColumns] = featureMap("pointwise_weight_grad", dy);
  if (!sameShape(columns, dyColumns)) {
    throw new TypeError(
      `Cannot build pointwise_weight_grad: x [${x.shape}] and dy [${dy.shape}] differ beyond channels`,
    );
  }
  return node(pointwiseWeightGradOp, [x, dy], attrs, [outputs, inputs]);
}

/**
 * The sum of M pointwise convolutions to as many channels: x [M·Ci, N, H, W] has their inputs one after the other,
 * w [M, Co, Ci] their matrices. For the planner: it has no gradient.
 */
export function pointwiseSum(x: Node, w: Node): Node {
  const [channels, ...rest] = featureMap("pointwise_sum", x);
  const [parts, outputs, part] = w.shape;
  if (w.shape.length !== 3 || parts! * part! !== channels) {
    throw new TypeError(`Cannot build pointwise_sum: x [${x.shape}] and matrices [${w.shape}] do not fit`);
  }
  return node(pointwiseOp, [x, w], {}, [outputs!, ...rest]);
}

/** Most inputs for which the tiled kernel keeps its filters in workgroup memory, whatever its tile. */
export const mostStaged = stagedFloats / 16;
