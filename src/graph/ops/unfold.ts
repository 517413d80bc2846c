/** Windows of a feature map as channels (im2col) and the adjoint: a dense convolution is `pointwise(unfold(x), w)`. */
import foldSource from "../../../shaders/fold.wgsl" with { type: "text" };
import unfoldSource from "../../../shaders/unfold.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op, plainCall } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { rowBlocks, windows } from "./grid.ts";

/** Pairs are [vertical, horizontal]. */
export interface UnfoldAttrs {
  /** Rows and columns of a window, counted in taps. */
  readonly kernel: readonly [number, number];
  /** From one window to the next. */
  readonly stride: readonly [number, number];
  /** Rows and columns of zeros on each side. */
  readonly pad: readonly [number, number];
  /** From one tap to the next; 1 when left out. */
  readonly dilation?: number;
  /** Rows and columns of x skipped before the first window (FactorizedReduce's second branch starts at 1, 1). */
  readonly offset?: readonly [number, number];
}

/** The windows of an unfolding, and the size of the map that was unfolded. */
export interface FoldAttrs extends UnfoldAttrs {
  /** Rows of that map. */
  readonly height: number;
  /** Its columns. */
  readonly width: number;
}

/** The call of either kernel, of the map of pixels and the map of windows, one of which it writes. */
function call(
  n: Node<UnfoldAttrs>,
  [map, columns]: readonly [Node, Node],
  source: string,
  tuning: Tuning,
): Call {
  const ROWS = tuning.rows.unfold;
  const [channels, images, height, width] = map.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = columns.shape as [number, number, number, number];
  const { kernel: [kernelY, kernelX], stride: [strideY, strideX], pad, dilation = 1, offset = [0, 0] } =
    n.attrs;
  // Row and column of the first window's first tap, negative in the padding: as u32 bits.
  const [originY, originX] = [(offset[0] - pad[0]) >>> 0, (offset[1] - pad[1]) >>> 0];
  const tiles = Math.ceil(n.shape[2]! / ROWS) * rowBlocks(n.shape[3]!);
  return {
    ...plainCall(n, [n === map ? "dy" : "x"], { source, defines: { ROWS } }, tuning),
    params: {
      ...{ channels, images, height, width, outHeight, outWidth },
      ...{ kernelY, kernelX, strideY, strideX, originY, originX, dilation },
    },
    grid: [Math.ceil((images * tiles) / tuning.threads), n.shape[0]!],
  };
}

const unfoldOp: Op<UnfoldAttrs> = {
  name: "unfold",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [fold(dy, { ...n.attrs, height, width })];
  },
  call: (n, tuning) => call(n, [n.inputs[0]!, n], unfoldSource, tuning),
};

const foldOp: Op<FoldAttrs> = {
  name: "fold",
  gradient: (n, dy) => [unfold(dy, n.attrs)],
  call: (n, tuning) => call(n, [n, n.inputs[0]!], foldSource, tuning),
};

/** Windows that fit along one axis. */
function fitting(
  size: number,
  axis: 0 | 1,
  { kernel, stride, pad, dilation = 1, offset = [0, 0] }: UnfoldAttrs,
): number {
  return windows(size - offset[axis], dilation * (kernel[axis] - 1) + 1, stride[axis], pad[axis]);
}

/**
 * im2col: [C, N, H, W] to [C·kh·kw, N, Ho, Wo], channel c·kh·kw + i·kw + j holding what tap (i, j) of each window
 * sees of channel c; zero outside the image.
 */
export function unfold(x: Node, attrs: UnfoldAttrs): Node {
  const [channels, images, height, width] = featureMap("unfold", x);
  const out = [fitting(height, 0, attrs), fitting(width, 1, attrs)] as const;
  if (out[0] < 1 || out[1] < 1) {
    throw new RangeError(`Cannot build unfold: windows ${attrs.kernel.join("×")} do not fit in [${x.shape}]`);
  }
  // Only what unfold reads, so that equal unfoldings are equal nodes whoever asks for them.
  const { kernel, stride, pad, dilation = 1, offset = [0, 0] } = attrs;
  const own = { kernel, stride, pad, dilation, offset };
  return node(unfoldOp, [x], own, [channels * kernel[0] * kernel[1], images, ...out]);
}

/** Adjoint of {@link unfold}: sums every tap back to the pixel it saw, in a map of `height` × `width`. */
export function fold(dy: Node, attrs: FoldAttrs): Node {
  const [channels, images, outHeight, outWidth] = featureMap("fold", dy);
  const taps = attrs.kernel[0] * attrs.kernel[1];
  const { height, width } = attrs;
  if (
    channels % taps !== 0 || outHeight !== fitting(height, 0, attrs) || outWidth !== fitting(width, 1, attrs)
  ) {
    throw new TypeError(
      `Cannot build fold: [${dy.shape}] is no unfolding of a ${height}×${width} map by ${taps} taps`,
    );
  }
  return node(foldOp, [dy], attrs, [channels / taps, images, height, width]);
}
