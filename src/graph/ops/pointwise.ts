/**
 * Pointwise (1×1) convolution: one matrix product over the N·H·W columns of a feature map. It, its transpose and
 * its weight gradient are one trilinear form seen from each side, so the family is closed under differentiation.
 */
import source from "../../../shaders/pointwise.wgsl" with { type: "text" };
import heldSource from "../../../shaders/pointwise_held.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/pointwise_weight_grad.wgsl" with { type: "text" };
import weightGradInputsSource from "../../../shaders/pointwise_weight_grad_inputs.wgsl" with { type: "text" };
import weightGradTilesSource from "../../../shaders/pointwise_weight_grad_tiles.wgsl" with { type: "text" };
import { eachBound, featureMap, type Kernel, type Node, node, type Op, sameShape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { channelBlocks, evenSpan, outputTile, tileFor } from "./grid.ts";
import { lowestKept, refuseFused } from "./loader.ts";
import { partialSums, ranges } from "./partial_sums.ts";

/** What the planner may have a pointwise kernel do as it loads x. */
export interface ReluAttrs {
  /** x is max(x, 0). Set by the planner, which takes ReLU into the loader; such a node has no gradient. */
  readonly relu?: boolean;
}
/** Which of the two products with w a pointwise convolution is. */
export interface PointwiseAttrs extends ReluAttrs {
  /** Multiplies by the transpose of w. */
  readonly transpose?: boolean;
}
interface PartialAttrs extends ReluAttrs {
  readonly ranges: number;
}

export const pointwiseOp: Op<PointwiseAttrs> = {
  name: "pointwise",
  gradient: ({ inputs, attrs }, dy) => {
    refuseFused("pointwise with a fused ReLU", attrs.relu);
    const [x, w] = inputs as [Node, Node];
    return attrs.transpose
      ? [pointwise(dy, w), pointwiseWeightGrad(dy, x)]
      : [pointwise(dy, w, { transpose: true }), pointwiseWeightGrad(x, dy)];
  },
  call: (n, tuning) => {
    const [x] = n.inputs as [Node];
    const [inputs, outputs] = [x.shape[0]!, n.shape[0]!];
    const columns = channelBlocks(x.shape);
    const { transpose, relu = false } = n.attrs;
    const [outputStride, inputStride] = transpose ? [1, outputs] : [inputs, 1];
    const { kernel, rows, span } = inputs <= tuning.pointwise.held
      ? heldKernel(inputs, outputs, columns, tuning)
      : tiledKernel(inputs, outputs, columns, tuning);
    return {
      kernel,
      bindings: ["x", "w"],
      operands: eachBound(n.inputs),
      params: {
        ...{ columns, outputs, inputs, outputStride, inputStride, lowest: lowestKept(relu), span },
      },
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

function heldKernel(
  inputs: number,
  outputs: number,
  columns: number,
  { threads: THREADS, lanes: LANES, pointwise: { held, heldSpan } }: Tuning,
): Tiling {
  const [IN, OUT] = [tileFor(inputs, held), tileFor(outputs, held)];
  return {
    kernel: {
      label: `pointwise held ${IN}x${OUT}`,
      source: heldSource,
      defines: { THREADS, LANES, IN, OUT },
    },
    rows: OUT,
    span: evenSpan(columns, heldSpan, THREADS),
  };
}

function tiledKernel(inputs: number, outputs: number, columns: number, tuning: Tuning): Tiling {
  const { threads: THREADS, pointwise: { sums, blocks, staged, least, chunk, outputs: most } } = tuning;
  const fitting = Math.max(4, Math.floor(staged / (4 * Math.ceil(inputs / 4)) / 4) * 4);
  const groups = Math.ceil(columns / (blocks * THREADS));
  const OUT = outputTile(outputs, Math.min(most, fitting), groups, tuning);
  // A power of two: others read x across cache lines.
  const BLOCKS = Math.min(blocks, 2 ** Math.max(0, Math.floor(Math.log2(sums / (4 * OUT)))));
  const taps = Math.ceil(inputs / 4) * 4 * OUT;
  let STAGED = least;
  while (STAGED < Math.min(taps, chunk)) STAGED *= 2;
  const CHUNK = taps > STAGED ? Math.floor(STAGED / (4 * OUT)) : 0;
  return {
    kernel: {
      label: `pointwise ${OUT}${CHUNK ? " in chunks" : ""}`,
      source,
      defines: { THREADS, OUT, BLOCKS, STAGED, CHUNK },
    },
    rows: OUT,
    span: BLOCKS * THREADS,
  };
}

/** A kernel of the weight gradient: tiles of dw along outputs and inputs, and how many blocks are worth a workgroup. */
interface WeightTiling {
  readonly kernel: Kernel;
  readonly down: number;
  readonly across: number;
  readonly least: number;
  /** Workgroups that are enough. */
  readonly workgroups: number;
}

function weightTiling(outputs: number, inputs: number, tuning: Tuning): WeightTiling {
  const { lanes, pointwiseWeightInputs: { sums }, pointwiseWeightTiles: { side } } = tuning;
  if (side > 0) return sharedTiles(outputs, inputs, tuning);
  return inputs >= lanes && sums > 0
    ? inputLanes(outputs, inputs, tuning)
    : columnLanes(outputs, inputs, tuning);
}

/** Workgroups have tiles, whose columns they share. */
function sharedTiles(outputs: number, inputs: number, { pointwiseWeightTiles: most }: Tuning): WeightTiling {
  const { side: SIDE } = most;
  const [O, I] = [outputs, inputs].map((count) => evenSpan(count, most.sums * SIDE, SIDE) / SIDE);
  return {
    kernel: {
      label: `pointwise_weight_grad tiles ${O! * SIDE}x${I! * SIDE}`,
      source: weightGradTilesSource,
      defines: { SIDE, O: O!, I: I! },
    },
    down: Math.ceil(outputs / (O! * SIDE)),
    across: Math.ceil(inputs / (I! * SIDE)),
    ...{ least: most.blocks, workgroups: most.workgroups },
  };
}

/** Neighbouring threads have neighbouring columns, and all of them the same tile. */
function columnLanes(outputs: number, inputs: number, tuning: Tuning): WeightTiling {
  const { threads: THREADS, sums: SUMS, blocks, ...most } = tuning.pointwiseWeight;
  const [O, I] = [tileFor(outputs, most.outputs), tileFor(inputs, most.inputs)];
  return {
    kernel: {
      label: `pointwise_weight_grad ${O}x${I}`,
      source: weightGradSource,
      defines: { O, I, SUMS, THREADS, LANES: tuning.lanes },
    },
    down: Math.ceil(outputs / O),
    across: Math.ceil(inputs / I),
    least: blocks * THREADS,
    workgroups: tuning.workgroups,
  };
}

/** Neighbouring threads have neighbouring inputs, and all of them the same columns. */
function inputLanes(outputs: number, inputs: number, tuning: Tuning): WeightTiling {
  const { lanes: THREADS, pointwiseWeightInputs: most } = tuning;
  const O = evenSpan(outputs, most.outputs, 4);
  const tile = evenSpan(inputs, Math.max(1, Math.floor(most.sums / O)) * THREADS, THREADS);
  const I = tile / THREADS;
  const BLOCKS = Math.min(4, Math.max(1, Math.floor(most.sums / (O * I))));
  return {
    kernel: {
      label: `pointwise_weight_grad inputs ${O}x${tile}`,
      source: weightGradInputsSource,
      defines: { THREADS, O, I, BLOCKS },
    },
    down: Math.ceil(outputs / O),
    across: Math.ceil(inputs / tile),
    ...{ least: most.blocks, workgroups: tuning.workgroups },
  };
}

export const pointwiseWeightGradOp: Op<ReluAttrs> = {
  name: "pointwise_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseFused("pointwise_weight_grad with a fused ReLU", attrs.relu);
    const [x, dy] = inputs as [Node, Node];
    return [pointwise(dy, dw, { transpose: true }), pointwise(x, dw)];
  },
  lower: (n, tuning) => {
    const [outputs, inputs] = n.shape as [number, number];
    const { down, across, least, ...most } = weightTiling(outputs, inputs, tuning);
    const parts = ranges(down * across, channelBlocks(n.inputs[0]!.shape), least, most);
    const partial = (shape: number[]) =>
      node(weightPartialsOp, n.inputs, { ...n.attrs, ranges: parts }, shape);
    return parts === 1 ? partial([...n.shape]) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<PartialAttrs> = {
  name: "pointwise_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: (n, tuning) => {
    const [x, dy] = n.inputs as [Node, Node];
    const [inputs, outputs] = [x.shape[0]!, dy.shape[0]!];
    const columns = channelBlocks(x.shape);
    const { ranges, relu = false } = n.attrs;
    const { kernel, down, across } = weightTiling(outputs, inputs, tuning);
    return {
      kernel,
      bindings: ["x", "dy"],
      operands: eachBound(n.inputs),
      params: {
        ...{ columns, outputs, inputs, length: Math.ceil(columns / ranges), lowest: lowestKept(relu) },
        ...{ tiles: across, threads: tuning.pointwiseWeight.threads },
      },
      grid: [down * across, ranges],
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
      `Cannot build pointwise: x of shape [${x.shape}] needs weights ${wanted}, got [${w.shape}]`,
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

/** Most inputs for which the tiled kernel has at least half of its outputs. */
export const mostStaged = ({ pointwise }: Tuning): number => 2 * pointwise.staged / pointwise.outputs;
