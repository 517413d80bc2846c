/**
 * Depthwise convolution and its two adjoints. The three are one trilinear form seen from each side, so each one's
 * gradients are the other two and the family is closed under differentiation.
 */
import source from "../../../shaders/depthwise.wgsl" with { type: "text" };
import inputGradSource from "../../../shaders/depthwise_input_grad.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/depthwise_weight_grad.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, sameShape, type Shape } from "../node.ts";
import { rowBlocks, windows } from "./grid.ts";
import { asStored, type LoadAttrs, loaderOperands, loaderParams, refuseLoader } from "./loader.ts";
import { partialSums } from "./partial_sums.ts";

/** `load` is of x; of an input gradient, whose third input then is a mask, it is of the mask. */
export interface DepthwiseAttrs extends LoadAttrs {
  readonly kernel: 3 | 5 | 7;
  readonly stride: 1 | 2;
  readonly dilation: 1 | 2;
}
/** Of the input gradient: the size of the x whose gradient it is. */
export interface DepthwiseInputAttrs extends DepthwiseAttrs {
  readonly height: number;
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

/** Rows of up to so many blocks of 4 columns are one strip: a thread's registers hold them. */
const widestStrip = 8;
/** Blocks in the strips of wider rows. */
const narrowStrip = 4;
/** Threads of one call worth having, before one gets more to do. */
const enoughThreads = 256;
/** Rows that make starting a thread worth it. */
const enoughRows = 28;

/** How a call is cut into threads: strips of columns, bands of rows and groups of images, for each channel. */
interface Tiling {
  /** Blocks of 4 columns in a strip. */
  readonly strip: number;
  /** Whether a strip is a whole row. */
  readonly whole: boolean;
  /** Rows of a band. */
  readonly band: number;
  /** Group g has the images g, g + groups, g + 2 · groups, … */
  readonly groups: number;
  /** Threads of one channel. */
  readonly parts: number;
}

/**
 * Tiling of a map of `rows` rows in each of `phases`, whose strips meet rows `stride` times as wide. A thread takes
 * enough rows, several small planes or a band of a large one, and up to `most` where there are threads enough.
 */
function tiling(
  [channels, images, , width]: Shape,
  { rows, phases = 1, stride = 1, most = enoughRows }: {
    rows: number;
    phases?: number;
    stride?: number;
    most?: number;
  },
): Tiling {
  const blocks = rowBlocks(width!);
  const whole = blocks <= widestStrip / stride;
  const strip = whole ? blocks : narrowStrip / stride;
  const columns = phases * Math.ceil(blocks / strip);
  const planes = channels! * images! * columns;
  const spare = Math.min(Math.floor(planes / enoughThreads), Math.ceil(most / rows));
  const each = Math.max(Math.ceil(enoughRows / rows), spare);
  const groups = Math.ceil(images! / each);
  const bands = Math.min(Math.ceil(enoughThreads / planes), Math.ceil(rows / enoughRows));
  const band = Math.ceil(rows / bands);
  return { strip, whole, band, groups, parts: columns * Math.ceil(rows / band) * groups };
}

/** Tiling of an operation whose threads walk over rows of the forward convolution's output, of shape [C, N, H, W]. */
function outputTiling(out: Shape, { stride, dilation }: DepthwiseAttrs, most = enoughRows): Tiling {
  const phases = stride === 1 ? dilation : 1;
  return tiling(out, { rows: Math.ceil(out[2]! / phases), phases, stride, most });
}

/** What the calls of the three kernels have in common: `a` is read row by row, a map of shape `out` is written or read. */
function call(
  n: Node<DepthwiseAttrs>,
  [a, b]: readonly [Node, Node],
  [, images, height, width]: Shape,
  { strip, whole, band, groups, parts }: Tiling,
  { name, text, mask, turned = false }: {
    name: string;
    text: string;
    mask?: Node | undefined;
    turned?: boolean;
  },
): Call {
  const { kernel, stride, dilation } = n.attrs;
  const channels = a.shape[0]!;
  const [bits, lowest] = loaderParams(n.attrs);
  const rows = whole ? rowBlocks(a.shape[3]!) : 0;
  return {
    kernel: {
      label: `${name} ${kernel}x${kernel} s${stride} d${dilation}${mask ? " mask" : ""}`,
      source: text,
      defines: { K: kernel, S: stride, D: dilation, X: strip, IN: rows, MASK: Number(mask !== undefined) },
    },
    slots: mask ? 4 : 3,
    operands: [
      { slot: 0, node: a },
      { slot: 1, node: b },
      ...loaderOperands(n, 2, b),
      mask ? { slot: 3, node: mask } : { slot: 0, node: a },
    ],
    params: [
      a.shape[2]!,
      a.shape[3]!,
      height!,
      width!,
      images!,
      channels,
      band,
      groups,
      bits + 4 * Number(turned),
      lowest,
    ],
    grid: [Math.ceil((channels * parts) / 64), 1],
  };
}

/** The call of depthwise.wgsl; at stride 1 it also computes the input gradient, with the filter turned by 180°. */
function walk(n: Node<DepthwiseAttrs>, turned: boolean): Call {
  const [x, w, ...rest] = n.inputs as [Node, Node, ...Node[]];
  const mask = turned && n.attrs.load ? rest[0] : undefined;
  return {
    ...call(n, [x, w], n.shape, outputTiling(n.shape, n.attrs), {
      name: "depthwise",
      text: source,
      mask,
      turned,
    }),
    flop: flop(n, n.attrs),
  };
}

export const depthwiseOp: Op<DepthwiseAttrs> = {
  name: "depthwise",
  gradient: ({ inputs, attrs }, dy) => {
    refuseLoader("depthwise", attrs);
    const [x, w] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, w, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwiseWeightGrad(x, dy, attrs),
    ];
  },
  call: (n) => walk(n, false),
};

export const depthwiseInputGradOp: Op<DepthwiseInputAttrs> = {
  name: "depthwise_input_grad",
  gradient: ({ inputs, attrs: { height: _height, width: _width, ...attrs } }, dx) => {
    refuseLoader("depthwise_input_grad", attrs);
    const [dy, w] = inputs as [Node, Node];
    return [depthwise(dx, w, attrs), depthwiseWeightGrad(dx, dy, attrs)];
  },
  call: (n) => {
    const { attrs } = n;
    if (attrs.stride === 1) return walk(n, true);
    const [dy, w, ...rest] = n.inputs as [Node, Node, ...Node[]];
    const pairs = Math.ceil((attrs.height + (pad(attrs) % 2)) / 2);
    return {
      ...call(n, [dy, w], n.shape, tiling(n.shape, { rows: pairs }), {
        name: "depthwise_input_grad",
        text: inputGradSource,
        mask: attrs.load && rest[0],
      }),
      flop: flop(dy, attrs),
    };
  },
};

/** Threads of a weight gradient do more before they write their partial sums. */
const weightTiling = (dy: Node, attrs: DepthwiseAttrs): Tiling =>
  outputTiling(dy.shape, attrs, 4 * enoughRows);

export const depthwiseWeightGradOp: Op<DepthwiseAttrs> = {
  name: "depthwise_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseLoader("depthwise_weight_grad", attrs);
    const [x, dy] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, dw, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwise(x, dw, attrs),
    ];
  },
  lower: (n) => {
    const { parts } = weightTiling(n.inputs[1]!, n.attrs);
    const partial = (shape: Shape) => node(weightPartialsOp, n.inputs, n.attrs, shape);
    return parts === 1 ? partial(n.shape) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<DepthwiseAttrs> = {
  name: "depthwise_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: (n) => {
    const [x, dy] = n.inputs as [Node, Node];
    return {
      ...call(n, [x, dy], dy.shape, weightTiling(dy, n.attrs), {
        name: "depthwise_weight_grad",
        text: weightGradSource,
      }),
      flop: flop(dy, n.attrs),
    };
  },
};

function checkFilter(name: string, w: Node, channels: number, { kernel }: DepthwiseAttrs): void {
  if (!sameShape(w.shape, [channels, kernel * kernel])) {
    throw new TypeError(
      `Cannot build ${name}: ${channels} channels and kernel ${kernel} want weights [${channels}, ${
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
      `Cannot build ${name}: x of shape [${x}] wants dy of shape [${shape}], got [${dy.shape}]`,
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

/** An input gradient that is 0 wherever `mask`, of its shape, is not positive: for the planner. */
export function maskedInputGrad(dx: Node, mask: Node): Node {
  return { ...dx, inputs: [...dx.inputs, mask], attrs: { ...(dx.attrs as object), load: asStored } };
}

/** Gradient of {@link depthwise} in w, [C, kernel²], from x and dy. */
export function depthwiseWeightGrad(x: Node, dy: Node, attrs: DepthwiseAttrs): Node {
  const [channels] = featureMap("depthwise_weight_grad", x);
  featureMap("depthwise_weight_grad", dy);
  checkOutput("depthwise_weight_grad", x.shape, dy, attrs);
  return node(depthwiseWeightGradOp, [x, dy], attrs, [channels, attrs.kernel * attrs.kernel]);
}
