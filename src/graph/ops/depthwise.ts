/**
 * Depthwise convolution and its two adjoints. The three are one trilinear form seen from each side, so each one's
 * gradients are the other two and the family is closed under differentiation.
 */
import source from "../../../shaders/depthwise.wgsl" with { type: "text" };
import inputGradSource from "../../../shaders/depthwise_input_grad.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/depthwise_weight_grad.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, sameShape, type Shape } from "../node.ts";
import { rowBlocks, windows } from "./grid.ts";
import { partialSums, ranges } from "./partial_sums.ts";

export interface DepthwiseAttrs {
  readonly kernel: 3 | 5 | 7;
  readonly stride: 1 | 2;
  readonly dilation: 1 | 2;
  /** x is max(x, 0). Set by the planner, which takes ReLU into the loader; such a node has no gradient. */
  readonly relu?: boolean;
}
/** Of the input gradient: the size of the x whose gradient it is. */
export interface DepthwiseInputAttrs extends DepthwiseAttrs {
  readonly height: number;
  readonly width: number;
}
interface PartialAttrs extends DepthwiseAttrs {
  readonly ranges: number;
}

const defines = ({ kernel, stride, dilation }: DepthwiseAttrs) => ({
  K: kernel,
  S: stride,
  D: dilation,
  X: stripBlocks(stride),
});

/** Blocks of 4 columns of output in the strip of one thread: what registers hold at either stride. */
const stripBlocks = (stride: 1 | 2) => (stride === 1 ? 2 : 1);

const pad = ({ kernel, dilation }: DepthwiseAttrs) => (dilation * (kernel - 1)) / 2;

/** Rows or columns that come out of `size` of them. */
const outSize = (size: number, attrs: DepthwiseAttrs) =>
  windows(size, attrs.dilation * (attrs.kernel - 1) + 1, attrs.stride, pad(attrs));

function refuseRelu(name: string, { relu }: DepthwiseAttrs): void {
  if (relu) {
    throw new TypeError(
      `Cannot differentiate ${name} with a fused ReLU: differentiate the graph before planning it`,
    );
  }
}

/** Multiply-adds times two, of any of the three: one for each tap of each output of the forward convolution. */
function flop(out: Node, { kernel }: DepthwiseAttrs): number {
  const [c, n, h, w] = out.shape as [number, number, number, number];
  return 2 * c * n * h * w * kernel * kernel;
}

/**
 * Tiles of one channel, a strip of columns and a band of rows each, and the rows of a band. Long bands read few rows
 * twice; shorter ones where a channel would otherwise have less than two workgroups of threads.
 */
function tiling(
  images: number,
  rows: number,
  phases: number,
  strips: number,
): { band: number; tiles: number } {
  const phaseRows = Math.ceil(rows / phases);
  const columns = images * phases * strips;
  const wanted = Math.max(
    Math.ceil(phaseRows / 32),
    Math.min(Math.ceil(128 / columns), Math.ceil(phaseRows / 8)),
  );
  const band = Math.ceil(phaseRows / wanted);
  return { band, tiles: columns * Math.ceil(phaseRows / band) };
}

/** Tiles of an operation whose threads walk over rows of the forward convolution's output, of shape [C, N, H, W]. */
function outputTiling([, images, height, width]: Shape, { stride, dilation }: DepthwiseAttrs) {
  const strips = Math.ceil(rowBlocks(width!) / stripBlocks(stride));
  return tiling(images!, height!, stride === 1 ? dilation : 1, strips);
}

/** The call of depthwise.wgsl; at stride 1 it also computes the input gradient, with the filter turned by 180°. */
function walk(n: Node, attrs: DepthwiseAttrs, turned: boolean): Call {
  const [x, w] = n.inputs as [Node, Node];
  const [channels, images, height, width] = n.shape as [number, number, number, number];
  const { band, tiles } = outputTiling(n.shape, attrs);
  return {
    kernel: { label: label("depthwise", attrs), source, defines: defines(attrs) },
    slots: 2,
    operands: [{ slot: 0, node: x }, { slot: 1, node: w }],
    params: [
      x.shape[2]!,
      rowBlocks(x.shape[3]!),
      height,
      width,
      images,
      channels,
      band,
      Number(turned),
      Number(attrs.relu ?? false),
    ],
    grid: [Math.ceil(tiles / 64), channels],
    flop: flop(n, attrs),
  };
}

const label = (name: string, { kernel, stride, dilation }: DepthwiseAttrs) =>
  `${name} ${kernel}x${kernel} s${stride} d${dilation}`;

export const depthwiseOp: Op<DepthwiseAttrs> = {
  name: "depthwise",
  gradient: ({ inputs, attrs }, dy) => {
    refuseRelu("depthwise", attrs);
    const [x, w] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, w, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwiseWeightGrad(x, dy, attrs),
    ];
  },
  call: (n) => walk(n, n.attrs, false),
};

const inputGradOp: Op<DepthwiseInputAttrs> = {
  name: "depthwise_input_grad",
  gradient: ({ inputs, attrs: { height: _height, width: _width, ...attrs } }, dx) => {
    const [dy, w] = inputs as [Node, Node];
    return [depthwise(dx, w, attrs), depthwiseWeightGrad(dx, dy, attrs)];
  },
  call: (n) => {
    const { attrs } = n;
    if (attrs.stride === 1) return walk(n, attrs, true);
    const [dy, w] = n.inputs as [Node, Node];
    const [channels, images, height, width] = n.shape as [number, number, number, number];
    const pairs = Math.ceil((height + (pad(attrs) % 2)) / 2);
    const { band, tiles } = tiling(images, pairs, 1, Math.ceil(width / 8));
    return {
      kernel: {
        label: label("depthwise_input_grad", attrs),
        source: inputGradSource,
        defines: { K: attrs.kernel, D: attrs.dilation },
      },
      slots: 2,
      operands: [{ slot: 0, node: dy }, { slot: 1, node: w }],
      params: [dy.shape[2]!, rowBlocks(dy.shape[3]!), height, width, images, channels, band],
      grid: [Math.ceil(tiles / 64), channels],
      flop: flop(dy, attrs),
    };
  },
};

export const depthwiseWeightGradOp: Op<DepthwiseAttrs> = {
  name: "depthwise_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseRelu("depthwise_weight_grad", attrs);
    const [x, dy] = inputs as [Node, Node];
    return [
      depthwiseInputGrad(dy, dw, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      depthwise(x, dw, attrs),
    ];
  },
  lower: (n) => {
    const dy = n.inputs[1]!;
    const parts = ranges(n.shape[0]!, outputTiling(dy.shape, n.attrs).tiles, 1);
    const partial = (shape: number[]) =>
      node(weightPartialsOp, n.inputs, { ...n.attrs, ranges: parts }, shape);
    return parts === 1 ? partial([...n.shape]) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<PartialAttrs> = {
  name: "depthwise_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: ({ inputs, attrs }) => {
    const [x, dy] = inputs as [Node, Node];
    const [channels, images, height, width] = x.shape as [number, number, number, number];
    return {
      kernel: {
        label: label("depthwise_weight_grad", attrs),
        source: weightGradSource,
        defines: defines(attrs),
      },
      slots: 2,
      operands: [{ slot: 0, node: x }, { slot: 1, node: dy }],
      params: [
        height,
        rowBlocks(width),
        dy.shape[2]!,
        rowBlocks(dy.shape[3]!),
        images,
        channels,
        outputTiling(dy.shape, attrs).band,
        attrs.ranges,
        Number(attrs.relu ?? false),
      ],
      grid: [channels, attrs.ranges],
      flop: flop(dy, attrs),
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
  return node(inputGradOp, [dy, w], attrs, shape);
}

/** Gradient of {@link depthwise} in w, [C, kernel²], from x and dy. */
export function depthwiseWeightGrad(x: Node, dy: Node, attrs: DepthwiseAttrs): Node {
  const [channels] = featureMap("depthwise_weight_grad", x);
  featureMap("depthwise_weight_grad", dy);
  checkOutput("depthwise_weight_grad", x.shape, dy, attrs);
  return node(depthwiseWeightGradOp, [x, dy], attrs, [channels, attrs.kernel * attrs.kernel]);
}
