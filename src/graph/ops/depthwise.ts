/**
 * Depthwise convolution and its two adjoints. The three are one trilinear form seen from each side, so each one's
 * gradients are the other two and the family is closed under differentiation.
 */
import source from "../../../shaders/depthwise.wgsl" with { type: "text" };
import inputGradSource from "../../../shaders/depthwise_input_grad.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/depthwise_weight_grad.wgsl" with { type: "text" };
import {
  type Call,
  eachBound,
  featureMap,
  type Node,
  node,
  type Op,
  sameShape,
  type Shape,
} from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { type Tiling, tiling } from "./depthwise_tiling.ts";
import { rowBlocks, windows } from "./grid.ts";
import { type LoadAttrs, loaderOperands, loaderParams, refuseFused } from "./loader.ts";
import { partialSums } from "./partial_sums.ts";

/** `load` is of x; of an input gradient, whose third input then is a mask, it is of the mask. */
export interface DepthwiseAttrs extends LoadAttrs {
  /** Rows and columns of a filter. */
  readonly kernel: 3 | 5 | 7;
  /** From one window to the next, in both directions. */
  readonly stride: 1 | 2;
  /** From one tap of a filter to the next; the padding keeps the size at stride 1. */
  readonly dilation: 1 | 2;
}
/** Of the input gradient: the size of the x whose gradient it is. */
export interface DepthwiseInputAttrs extends DepthwiseAttrs {
  /** Rows of x. */
  readonly height: number;
  /** Columns of x. */
  readonly width: number;
}

const pad = ({ kernel, dilation }: DepthwiseAttrs) => (dilation * (kernel - 1)) / 2;

/** Rows or columns that come out of `size` of them. */
const outSize = (size: number, attrs: DepthwiseAttrs) =>
  windows(size, attrs.dilation * (attrs.kernel - 1) + 1, attrs.stride, pad(attrs));

/** Multiply-adds times two, of any of the three: one for each tap of each output of the forward convolution. */
function flop(out: Node, { kernel }: DepthwiseAttrs): number {
  const [c, n, h, w] = out.shape as [number, number, number, number];
  return 2 * c * n * h * w * kernel * kernel;
}

/**
 * Tiling of an operation whose threads walk over rows of the forward convolution's output, of shape [C, N, H, W]. Rows of
 * one parity never meet those of the other where it dilates at stride 1: a phase each.
 */
function outputTiling(
  out: Shape,
  { stride, dilation }: DepthwiseAttrs,
  tuning: Tuning,
  most?: number,
): Tiling {
  const phases = stride === 1 ? dilation : 1;
  return tiling(out, { rows: Math.ceil(out[2]! / phases), phases, stride, ...(most && { most }) }, tuning);
}

/** What tells the calls of the three kernels apart. */
interface Variant {
  readonly name: string;
  readonly source: string;
  /** What the shader calls its first two inputs, of which the first is read row by row. */
  readonly bindings: readonly [string, string];
  /** Of the map that is written, or of the weight gradient the other map that is read. */
  readonly map: Shape;
  readonly tiling: Tiling;
  readonly defines: Readonly<Record<string, number>>;
  readonly mask?: Node | undefined;
  /** Whether the filter is turned by 180°. */
  readonly turned?: boolean;
  /** Whether a workgroup has threads of one channel only; then the channel is the grid's y. */
  readonly alone?: boolean;
  /** Further words of the record. */
  readonly params?: Readonly<Record<string, number>>;
}

/** The sizes and dilations of the filters that the kernel for a filter has: its own or, with others, all of a range. */
function filterRange({ kernel, dilation }: DepthwiseAttrs, { depthwise: { together } }: Tuning) {
  return kernel <= together.kernel && dilation <= together.dilation
    ? { KMIN: 3, KMAX: together.kernel, DMIN: 1, DMAX: together.dilation }
    : { KMIN: kernel, KMAX: kernel, DMIN: dilation, DMAX: dilation };
}

function call(n: Node<DepthwiseAttrs>, variant: Variant, tuning: Tuning): Call {
  const { threads: THREADS } = tuning;
  const { name, source, bindings, map, tiling: { strip, whole, band, groups, parts }, mask } = variant;
  const { kernel: K, stride: S, dilation: D } = n.attrs;
  const [a, b] = n.inputs as [Node, Node];
  const [channels, , height, width] = a.shape as [number, number, number, number];
  const [, images, outHeight, outWidth] = map as [number, number, number, number];
  const [vectors, lowest] = loaderParams(n.attrs);
  const IN = whole ? rowBlocks(width) : 0;
  const range = filterRange(n.attrs, tuning);
  const several = range.KMIN < range.KMAX || range.DMIN < range.DMAX;
  const flags = vectors + 4 * Number(variant.turned ?? false) + 8 * (4 * K + D);
  return {
    kernel: {
      label: `${name}${several ? "" : ` ${K}x${K} d${D}`} s${S}${mask ? " mask" : ""}`,
      source,
      defines: { THREADS, ...range, X: strip, IN, ...variant.defines },
    },
    bindings: [...bindings, "vectors", ...(mask ? ["mask"] : [])],
    operands: [
      ...eachBound([a, b]),
      ...loaderOperands(n, 2, b),
      mask ? { slot: 3, node: mask } : { slot: 0, node: a },
    ],
    params: {
      ...{ height, width, outHeight, outWidth, images, channels, bandRows: band, groups },
      ...{ flags, lowest, ...variant.params },
    },
    grid: variant.alone
      ? [Math.ceil(parts / THREADS), channels]
      : [Math.ceil((channels * parts) / THREADS), 1],
  };
}

/** The call of depthwise.wgsl; at stride 1 it also computes the input gradient, with the filter turned by 180°. */
function walk(n: Node<DepthwiseAttrs>, tuning: Tuning, turned = false): Call {
  const mask = turned && n.attrs.load ? n.inputs[2] : undefined;
  const variant: Variant = {
    ...{ name: "depthwise", source, bindings: ["x", "w"], map: n.shape, mask, turned },
    defines: { S: n.attrs.stride, MASK: Number(mask !== undefined) },
    tiling: outputTiling(n.shape, n.attrs, tuning),
  };
  return { ...call(n, variant, tuning), flop: flop(n, n.attrs) };
}

export const depthwiseOp: Op<DepthwiseAttrs> = {
  name: "depthwise",
  gradient: ({ inputs, attrs }, dy) => {
    refuseFused("depthwise with a loader", attrs.load);
    const [x, w] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, w, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwiseWeightGrad(x, dy, attrs),
    ];
  },
  call: (n, tuning) => walk(n, tuning),
};

export const depthwiseInputGradOp: Op<DepthwiseInputAttrs> = {
  name: "depthwise_input_grad",
  gradient: ({ inputs, attrs: { height: _height, width: _width, ...attrs } }, dx) => {
    refuseFused("depthwise_input_grad with a loader", attrs.load);
    const [dy, w] = inputs as [Node, Node];
    return [depthwise(dx, w, attrs), depthwiseWeightGrad(dx, dy, attrs)];
  },
  call: (n, tuning) => {
    const { attrs } = n;
    if (attrs.stride === 1) return walk(n, tuning, true);
    // Rows of dx come in pairs, each complete with a row of dy.
    const rows = Math.ceil((attrs.height + (pad(attrs) % 2)) / 2);
    const variant: Variant = {
      ...{ name: "depthwise_input_grad", source: inputGradSource, bindings: ["dy", "w"], map: n.shape },
      tiling: tiling(n.shape, { rows, even: true }, tuning),
      defines: { MASK: Number(attrs.load !== undefined) },
      mask: attrs.load && n.inputs[2],
    };
    return { ...call(n, variant, tuning), flop: flop(n.inputs[0]!, attrs) };
  },
};

/** Threads of a weight gradient do more before they write their partial sums. */
const weightTiling = (dy: Node, attrs: DepthwiseAttrs, tuning: Tuning): Tiling =>
  outputTiling(dy.shape, attrs, tuning, tuning.depthwise.weightRows);

export const depthwiseWeightGradOp: Op<DepthwiseAttrs> = {
  name: "depthwise_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseFused("depthwise_weight_grad with a loader", attrs.load);
    const [x, dy] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, dw, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwise(x, dw, attrs),
    ];
  },
  lower: (n, tuning) => {
    const threads = weightTiling(n.inputs[1]!, n.attrs, tuning).parts;
    const parts = tuning.depthwise.reduce ? Math.ceil(threads / tuning.threads) : threads;
    const partial = (shape: Shape) => node(weightPartialsOp, n.inputs, n.attrs, shape);
    return parts === 1 ? partial(n.shape) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<DepthwiseAttrs> = {
  name: "depthwise_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: (n, tuning) => {
    const dy = n.inputs[1]!;
    const { reduce } = tuning.depthwise;
    const tiling = weightTiling(dy, n.attrs, tuning);
    const variant: Variant = {
      ...{ name: "depthwise_weight_grad", source: weightGradSource, bindings: ["x", "dy"], map: dy.shape },
      ...{ tiling, alone: reduce, params: { parts: tiling.parts } },
      defines: { S: n.attrs.stride, REDUCE: Number(reduce) },
    };
    return { ...call(n, variant, tuning), flop: flop(dy, n.attrs) };
  },
};

function checkFilter(name: string, w: Node, channels: number, { kernel }: DepthwiseAttrs): void {
  if (!sameShape(w.shape, [channels, kernel * kernel])) {
    throw new TypeError(
      `Cannot build ${name}: ${channels} channels and kernel ${kernel} need weights [${channels}, ${
        kernel * kernel
      }], got [${w.shape}]`,
    );
  }
}

function checkOutput(name: string, x: readonly number[], dy: Node, attrs: DepthwiseAttrs): void {
  const [c, n, h, w] = x as [number, number, number, number];
  const shape = [c, n, outSize(h, attrs), outSize(w, attrs)];
  if (!sameShape(dy.shape, shape)) {
    throw new TypeError(
      `Cannot build ${name}: x of shape [${x}] needs dy of shape [${shape}], got [${dy.shape}]`,
    );
  }
}

/**
 * Depthwise convolution of x [C, N, H, W] with w [C, kernel²], zero padding dilation·(kernel-1)/2:
 * [C, N, ⌈H/stride⌉, ⌈W/stride⌉].
 */
export function depthwise(x: Node, w: Node, attrs: DepthwiseAttrs): Node {
  const [channels, images, height, width] = featureMap("depthwise", x);
  checkFilter("depthwise", w, channels, attrs);
  return node(depthwiseOp, [x, w], attrs, [channels, images, outSize(height, attrs), outSize(width, attrs)]);
}

/** Gradient of {@link depthwise} in x, [C, N, height, width], from dy and w. */
export function depthwiseInputGrad(dy: Node, w: Node, attrs: DepthwiseInputAttrs): Node {
  const [channels, images] = featureMap("depthwise_input_grad", dy);
  const shape = [channels, images, attrs.height, attrs.width];
  checkFilter("depthwise_input_grad", w, channels, attrs);
  checkOutput("depthwise_input_grad", shape, dy, attrs);
  return node(depthwiseInputGradOp, [dy, w], attrs, shape);
}

/** Gradient of {@link depthwise} in w, [C, kernel²], from x and dy. */
export function depthwiseWeightGrad(x: Node, dy: Node, attrs: DepthwiseAttrs): Node {
  const [channels] = featureMap("depthwise_weight_grad", x);
  featureMap("depthwise_weight_grad", dy);
  checkOutput("depthwise_weight_grad", x.shape, dy, attrs);
  return node(depthwiseWeightGradOp, [x, dy], attrs, [channels, attrs.kernel * attrs.kernel]);
}
