/**
 * Dense convolution and its two adjoints. The three are one trilinear form seen from each side, so each one's
 * gradients are the other two and the family is closed under differentiation.
 */
import source from "../../../shaders/convolution.wgsl" with { type: "text" };
import weightGradSource from "../../../shaders/convolution_weight_grad.wgsl" with { type: "text" };
import {
  type Call,
  eachBound,
  featureMap,
  type Kernel,
  type Node,
  node,
  type Op,
  sameShape,
  type Shape,
} from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { mostGroups, outputTile, rowBlocks, windows } from "./grid.ts";
import { asStored, type LoadAttrs, loaderOperands, loaderParams, lowestKept, refuseFused } from "./loader.ts";
import { partialSums, ranges } from "./partial_sums.ts";

/** The windows that filters see. Pairs are [vertical, horizontal]. */
export interface ConvolutionAttrs extends LoadAttrs {
  /** Rows and columns of a filter. */
  readonly kernel: readonly [number, number];
  /** From one window to the next; 1 or 2. */
  readonly stride: readonly [number, number];
  /** Rows and columns of zeros on each side. */
  readonly pad: readonly [number, number];
  /** Rows and columns of x skipped before the first window (FactorizedReduce's second branch starts at 1, 1). */
  readonly offset?: readonly [number, number];
}
/** Of the input gradient: the size of the x whose gradient it is. */
export interface ConvolutionInputAttrs extends ConvolutionAttrs {
  /** Rows of x. */
  readonly height: number;
  /** Columns of x. */
  readonly width: number;
}
interface PartialAttrs extends ConvolutionAttrs {
  readonly ranges: number;
}

const taps = ({ kernel: [rows, columns] }: ConvolutionAttrs): number => rows * columns;

/** Rows or columns that come out of `size` of them. */
const outSize = (size: number, axis: 0 | 1, { kernel, stride, pad, offset = [0, 0] }: ConvolutionAttrs) =>
  windows(size - offset[axis], kernel[axis], stride[axis], pad[axis]);

/** Multiply-adds times two, of any of the three: one for each tap of each output of the forward convolution. */
function flop([outputs, images, height, width]: Shape, inputs: number, attrs: ConvolutionAttrs): number {
  return 2 * outputs! * inputs * images! * height! * width! * taps(attrs);
}

/** What the expander has to know of the windows. */
function windowDefines({ kernel, stride, pad, offset = [0, 0] }: ConvolutionAttrs) {
  const [PY, PX] = [pad[0] - offset[0], pad[1] - offset[1]];
  return { KY: kernel[0], KX: kernel[1], SY: stride[0], SX: stride[1], PY, PX };
}

const isAffine = ({ load = asStored }: LoadAttrs): boolean => load.scale || load.shift;

const label = (name: string, { kernel, stride }: ConvolutionAttrs, tile: string, rest: string): string =>
  `${name} ${kernel.join("x")} s${Math.max(...stride)} ${tile}${rest}`;

/** The call of convolution.wgsl, of x and w or of dy and w. */
function windowsCall(n: Node<ConvolutionAttrs>, transposed: boolean, tuning: Tuning): Call {
  const { attrs } = n;
  const { threads: THREADS, convolution: { outputs: most, sums, pairedSums, rows, staged } } = tuning;
  const [x, w] = n.inputs as [Node, Node];
  const [inputs, images, height, width] = x.shape as [number, number, number, number];
  const [outputs, , outHeight, outWidth] = n.shape as [number, number, number, number];
  const T = taps(attrs);
  const mask = transposed && attrs.load ? n.inputs[2] : undefined;
  const AFFINE = Number(!mask && isAffine(attrs));
  const [vectors, lowest] = loaderParams(attrs);
  // The pixels of a transposed convolution come in pairs where it strides, of which small filters reach one.
  const [pairs, X] = transposed ? attrs.stride : [1, 1];
  const reached = attrs.stride.map((step, axis) => transposed ? Math.min(1, attrs.kernel[axis]! / step) : 1);
  const sumsOfRow = 4 * X * reached[0]! * reached[1]!; // of an output
  const fitting = Math.min(staged / T, (pairs * X > 1 ? pairedSums : sums) / (pairs * sumsOfRow));
  const groups = Math.ceil(
    images * Math.ceil(outHeight / pairs) * Math.ceil(rowBlocks(outWidth) / X) / THREADS,
  );
  const O = outputTile(outputs, Math.min(most, Math.max(4, Math.floor(fitting / 4) * 4)), groups, tuning);
  const R = Math.max(1, Math.floor(Math.min(rows, sums / O / sumsOfRow) / pairs)) * pairs;
  const kernel: Kernel = {
    label: label(
      transposed ? "convolution transposed" : "convolution",
      attrs,
      `${O}`,
      `${AFFINE ? " affine" : ""}${mask ? " mask" : ""}`,
    ),
    source,
    defines: {
      ...{ THREADS, ...windowDefines(attrs), O, R, X, CHUNK: Math.floor(staged / (T * O)) },
      ...{ TRANSPOSE: Number(transposed), AFFINE, MASK: Number(mask !== undefined) },
    },
  };
  const [outputStride, inputStride] = transposed ? [T, outputs * T] : [inputs * T, T];
  const threads = images * Math.ceil(outHeight / R) * Math.ceil(rowBlocks(outWidth) / X);
  return {
    kernel,
    bindings: ["x", "w", "vectors", ...(mask ? ["mask"] : [])],
    operands: [
      ...eachBound([x, w]),
      ...loaderOperands(n, 2, w),
      mask ? { slot: 3, node: mask } : { slot: 0, node: x },
    ],
    params: {
      ...{ height, width, outHeight, outWidth, images, inputs, outputs, outputStride, inputStride },
      ...{ vectors, lowest: mask ? lowestKept(false) : lowest },
    },
    grid: [Math.ceil(threads / THREADS), Math.ceil(outputs / O)],
    flop: flop(transposed ? x.shape : n.shape, transposed ? outputs : inputs, attrs),
  };
}

export const convolutionOp: Op<ConvolutionAttrs> = {
  name: "convolution",
  gradient: ({ inputs, attrs }, dy) => {
    refuseFused("convolution with a loader", attrs.load);
    const [x, w] = inputs as [Node, Node];
    return [
      convolutionInputGrad(dy, w, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      convolutionWeightGrad(x, dy, attrs),
    ];
  },
  call: (n, tuning) => windowsCall(n, false, tuning),
};

export const convolutionInputGradOp: Op<ConvolutionInputAttrs> = {
  name: "convolution_input_grad",
  gradient: ({ inputs, attrs: { height: _height, width: _width, ...attrs } }, dx) => {
    refuseFused("convolution_input_grad with a mask", attrs.load);
    const [dy, w] = inputs as [Node, Node];
    return [convolution(dx, w, attrs), convolutionWeightGrad(dx, dy, attrs)];
  },
  call: (n, tuning) => windowsCall(n, true, tuning),
};

/** How a weight gradient is cut up: tiles of dw, and items of work along the other axes. */
function weightTiling(n: Node<ConvolutionAttrs>, { convolutionWeight: tuned }: Tuning) {
  const [x, dy] = n.inputs as [Node, Node];
  const [outputs, images, height, width] = dy.shape as [number, number, number, number];
  const inputs = x.shape[0]!;
  const sums = (O: number, I: number): number => O * I * taps(n.attrs);
  let [O, I] = [4, 4];
  while (I > 1 && sums(O, I) > tuned.sums) I /= 2;
  for (let grown = true; grown;) {
    grown = false;
    if (O < outputs && sums(2 * O, I) <= tuned.sums) [O, grown] = [2 * O, true];
    if (I < inputs && sums(O, 2 * I) <= tuned.sums) [I, grown] = [2 * I, true];
  }
  const tilesOf = (): number => Math.ceil(outputs / O) * Math.ceil(inputs / I);
  // More than one dispatch can have: larger tiles, whatever a thread holds.
  while (tilesOf() > mostGroups) [O, I] = O / outputs < I / inputs ? [2 * O, I] : [O, 2 * I];
  const tiles = tilesOf();
  const X = Math.min(tuned.blocks, rowBlocks(width));
  const across = images * Math.ceil(rowBlocks(width) / X);
  const shared = Math.max(0, n.attrs.kernel[0] - n.attrs.stride[0]); // rows of x, of two bands
  const least = Math.max(1, tuned.rows * shared);
  const bands = Math.min(Math.ceil(tuned.enough / across), Math.ceil(height / least));
  const band = Math.ceil(height / bands);
  return { O, I, X, tiles, band, items: across * Math.ceil(height / band) };
}

export const convolutionWeightGradOp: Op<ConvolutionAttrs> = {
  name: "convolution_weight_grad",
  gradient: ({ inputs, attrs }, dw) => {
    refuseFused("convolution_weight_grad with a loader", attrs.load);
    const [x, dy] = inputs as [Node, Node];
    return [
      convolutionInputGrad(dy, dw, { ...attrs, height: x.shape[2]!, width: x.shape[3]! }),
      convolution(x, dw, attrs),
    ];
  },
  lower: (n, tuning) => {
    const { tiles, items } = weightTiling(n, tuning);
    const { threads, items: least } = tuning.convolutionWeight;
    const parts = ranges(tiles, items, threads * least, tuning);
    const partial = (shape: Shape): Node =>
      node(weightPartialsOp, n.inputs, { ...n.attrs, ranges: parts }, shape);
    return parts === 1 ? partial(n.shape) : partialSums(partial([parts, ...n.shape]), n.shape);
  },
};

const weightPartialsOp: Op<PartialAttrs> = {
  name: "convolution_weight_partials",
  gradient: "none", // appears only when a weight gradient is lowered to kernels
  call: (n, tuning) => {
    const { attrs } = n;
    const [x, dy] = n.inputs as [Node, Node];
    const [inputs, images, height, width] = x.shape as [number, number, number, number];
    const [outputs, , outHeight, outWidth] = dy.shape as [number, number, number, number];
    const { threads: THREADS, staged } = tuning.convolutionWeight;
    const { O, I, X, tiles, band, items } = weightTiling(n, tuning);
    let G = O; // outputs whose sums fit the workgroup memory
    while (G > 1 && G * I * taps(attrs) * THREADS > staged) G /= 2;
    const [vectors, lowest] = loaderParams(attrs);
    const AFFINE = Number(isAffine(attrs));
    return {
      kernel: {
        label: label("convolution_weight_grad", attrs, `${O}x${I}`, AFFINE ? " affine" : ""),
        source: weightGradSource,
        defines: { THREADS, ...windowDefines(attrs), O, I, X, G, AFFINE },
      },
      bindings: ["x", "dy", "vectors"],
      operands: [...eachBound([x, dy]), ...loaderOperands(n, 2, dy)],
      params: {
        ...{ height, width, outHeight, outWidth, images, inputs, outputs, bandRows: band },
        ...{ length: Math.ceil(items / attrs.ranges), vectors, lowest, threads: THREADS },
      },
      grid: [tiles, attrs.ranges],
      flop: flop(dy.shape, inputs, attrs),
    };
  },
};

function checkFilter(name: string, w: Node, wanted: Shape): void {
  if (sameShape(w.shape, wanted)) return;
  throw new TypeError(`Cannot build ${name}: needs weights [${wanted}], got [${w.shape}]`);
}

function checkOutput(
  name: string,
  [, images, height, width]: Shape,
  dy: Node,
  attrs: ConvolutionAttrs,
): void {
  const shape = [dy.shape[0]!, images!, outSize(height!, 0, attrs), outSize(width!, 1, attrs)];
  if (sameShape(dy.shape, shape)) return;
  throw new TypeError(
    `Cannot build ${name}: x of ${height}×${width} needs dy of shape [${shape}], got [${dy.shape}]`,
  );
}

/**
 * Dense convolution of x [Ci, N, H, W] with w [Co, Ci·kh·kw]: [Co, N, Ho, Wo]. Throws a RangeError where no window
 * fits in x, a TypeError for weights of another shape.
 */
export function convolution(x: Node, w: Node, attrs: ConvolutionAttrs): Node {
  const [inputs, images, height, width] = featureMap("convolution", x);
  const out = [outSize(height, 0, attrs), outSize(width, 1, attrs)] as const;
  if (out[0] < 1 || out[1] < 1) {
    throw new RangeError(
      `Cannot build convolution: windows ${attrs.kernel.join("×")} do not fit in [${x.shape}]`,
    );
  }
  checkFilter("convolution", w, [w.shape[0]!, inputs * taps(attrs)]);
  return node(convolutionOp, [x, w], attrs, [w.shape[0]!, images, ...out]);
}

/** Gradient of {@link convolution} in x, [Ci, N, height, width], from dy and w. */
export function convolutionInputGrad(dy: Node, w: Node, attrs: ConvolutionInputAttrs): Node {
  const [outputs, images] = featureMap("convolution_input_grad", dy);
  checkFilter("convolution_input_grad", w, [outputs, w.shape[1]!]);
  const shape = [w.shape[1]! / taps(attrs), images, attrs.height, attrs.width];
  checkOutput("convolution_input_grad", shape, dy, attrs);
  return node(convolutionInputGradOp, [dy, w], attrs, shape);
}

/** Gradient of {@link convolution} in w, [Co, Ci·kh·kw], from x and dy. */
export function convolutionWeightGrad(x: Node, dy: Node, attrs: ConvolutionAttrs): Node {
  const [inputs] = featureMap("convolution_weight_grad", x);
  const [outputs] = featureMap("convolution_weight_grad", dy);
  checkOutput("convolution_weight_grad", x.shape, dy, attrs);
  return node(convolutionWeightGradOp, [x, dy], attrs, [outputs, inputs * taps(attrs)]);
}
