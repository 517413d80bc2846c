/**
 * Max pooling and its two adjoints. The position of a window's maximum (the first in row-major order where several
 * are equal) is found again from x where it is needed, so nothing but x is kept for the backward pass, and gradients
 * are gathered: no atomics.
 */
import poolSource from "../../../shaders/max_pool.wgsl" with { type: "text" };
import scatterSource from "../../../shaders/max_pool_scatter.wgsl" with { type: "text" };
import { type Call, elements, featureMap, type Node, node, type Op, plainCall, sameShape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { foldGrid, intoBlock, rowBlocks, windows } from "./grid.ts";

/** The windows of a pooling, the same in both directions. */
export interface PoolAttrs {
  /** Rows and columns of a window. */
  readonly kernel: number;
  /** From one window to the next; 1, 2 or 4 for maxima. */
  readonly stride: number;
  /** Rows and columns around the image; at most half of `kernel`. */
  readonly pad: number;
}

/** Rows of the output that a thread of a pooling computes. */
export const pooledRows = ({ stride }: PoolAttrs, { rows }: Tuning): number =>
  Math.max(1, Math.floor(rows.pool / stride));

/** A call between a map of pixels and a map of windows. */
interface Pooling {
  readonly pixels: Node;
  readonly windows: Node;
  readonly bindings: readonly string[];
  readonly source: string;
  /** Rows of the node's map that a thread computes, of a block of 4 columns. */
  readonly rows: number;
  readonly defines: Readonly<Record<string, number>>;
}

export function pool(
  n: Node<PoolAttrs>,
  { pixels, windows, bindings, source, rows, defines }: Pooling,
  tuning: Tuning,
): Call {
  const { kernel: K, stride: S, pad: P } = n.attrs;
  const [channels, images, height, width] = pixels.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = windows.shape as [number, number, number, number];
  const kernel = { label: `${n.op.name} ${K}/${S}`, source, defines: { K, S, P, ROWS: rows, ...defines } };
  const planes = channels * images;
  const tiles = Math.ceil(n.shape[2]! / rows) * rowBlocks(n.shape[3]!);
  return {
    ...plainCall(n, bindings, kernel, tuning),
    params: { planes, height, width, outHeight, outWidth },
    grid: foldGrid(planes * tiles, tuning.threads),
    flop: K ** 2 * elements(windows.shape),
  };
}

function poolCall(n: Node<PoolAttrs>, tuning: Tuning, GATHER: 0 | 1): Call {
  const { kernel, stride, pad } = n.attrs;
  return pool(n, {
    ...{ pixels: n.inputs[GATHER]!, windows: n, bindings: GATHER ? ["g", "x"] : ["x"] },
    ...{ source: poolSource, rows: pooledRows(n.attrs, tuning) },
    defines: { GATHER, LEAD: intoBlock(-pad), COLUMNS: 3 * stride + kernel },
  }, tuning);
}

function scatterCall(n: Node<PoolAttrs>, tuning: Tuning): Call {
  const { kernel, stride, pad } = n.attrs;
  const rows = tuning.rows.maxPoolScatter * stride;
  // First window (column or row) that reaches the tile, counted from the tile's own first window: not positive.
  const first = Math.ceil((pad - kernel + 1) / stride);
  const windowColumns = Math.floor((3 + pad) / stride) - first + 1;
  const call = pool(n, {
    ...{ pixels: n, windows: n.inputs[0]!, bindings: ["dy", "x"], source: scatterSource, rows },
    defines: {
      FIRST: first,
      LEAD: intoBlock(first * stride - pad),
      COLUMNS: (windowColumns - 1) * stride + kernel,
      WINDOWCOLUMNS: windowColumns,
      WINDOWROWS: Math.floor((rows - 1 + pad) / stride) - first + 1,
    },
  }, tuning);
  return { ...call, flop: 2 * call.flop! };
}

const maxPoolOp: Op<PoolAttrs> = {
  name: "max_pool",
  gradient: (n, dy) => [maxPoolScatter(dy, n.inputs[0]!, n.attrs)],
  call: (n, tuning) => poolCall(n, tuning, 0),
};

// Where the maximum lies is a comparison: its derivative in x is zero almost everywhere.
const scatterOp: Op<PoolAttrs> = {
  name: "max_pool_scatter",
  gradient: (n, dy) => [maxPoolGather(dy, n.inputs[1]!, n.attrs), null],
  call: scatterCall,
};

const gatherOp: Op<PoolAttrs> = {
  name: "max_pool_gather",
  gradient: (n, dy) => [maxPoolScatter(dy, n.inputs[1]!, n.attrs), null],
  call: (n, tuning) => poolCall(n, tuning, 1),
};

function pooledShape(
  name: string,
  x: Node,
  { kernel, stride, pad }: PoolAttrs,
): [number, number, number, number] {
  const [channels, images, height, width] = featureMap(name, x);
  if (![1, 2, 4].includes(stride) || pad * 2 > kernel) {
    throw new RangeError(
      `Cannot build ${name}: stride ${stride} (1, 2 or 4) or pad ${pad} (up to ${kernel}/2)`,
    );
  }
  return [channels, images, windows(height, kernel, stride, pad), windows(width, kernel, stride, pad)];
}

/** Maximum of every window; what lies outside the image counts as lower than everything. */
export function maxPool(x: Node, attrs: PoolAttrs): Node {
  return node(maxPoolOp, [x], attrs, pooledShape("max_pool", x, attrs));
}

/** Adjoint of maxPool at x: adds each window's dy to the place of its maximum. */
export function maxPoolScatter(dy: Node, x: Node, attrs: PoolAttrs): Node {
  const pooled = pooledShape("max_pool_scatter", x, attrs);
  if (!sameShape(dy.shape, pooled)) {
    throw new TypeError(`Cannot build max_pool_scatter: the gradient is [${dy.shape}], needs [${pooled}]`);
  }
  return node(scatterOp, [dy, x], attrs, x.shape);
}

/** Adjoint of maxPoolScatter in dy: of each window, g at the place where x has its maximum. */
export function maxPoolGather(g: Node, x: Node, attrs: PoolAttrs): Node {
  const pooled = pooledShape("max_pool_gather", x, attrs);
  if (!sameShape(g.shape, x.shape)) {
    throw new TypeError(`Cannot build max_pool_gather: g is [${g.shape}], x is [${x.shape}]`);
  }
  return node(gatherOp, [g, x], attrs, pooled);
}
