/**
 * Max pooling and its two adjoints. The position of a window's maximum (the first in row-major order where several
 * are equal) is found again from x where it is needed, so nothing but x is kept for the backward pass, and gradients
 * are gathered: no atomics.
 */
import poolSource from "../../../shaders/max_pool.wgsl" with { type: "text" };
import scatterSource from "../../../shaders/max_pool_scatter.wgsl" with { type: "text" };
import { type Call, featureMap, type Kernel, type Node, node, type Op, sameShape } from "../node.ts";
import { foldGrid, intoBlock, rowBlocks, windows } from "./grid.ts";

export interface PoolAttrs {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
}

/**
 * Rows of the output that one thread computes. More rows share more reads but take longer to compile and need more
 * registers; these were the best of both on a software driver.
 */
const pooledRows = ({ stride }: PoolAttrs): number => 4 / stride;
const scatteredRows = ({ stride }: PoolAttrs): number => 2 * stride;

const poolKernel = (attrs: PoolAttrs, gather: boolean): Kernel => ({
  label: `${gather ? "max_pool_gather" : "max_pool"} ${attrs.kernel}/${attrs.stride}`,
  source: poolSource,
  defines: {
    K: attrs.kernel,
    S: attrs.stride,
    P: attrs.pad,
    ROWS: pooledRows(attrs),
    GATHER: Number(gather),
    LEAD: intoBlock(-attrs.pad),
    COLUMNS: 3 * attrs.stride + attrs.kernel,
  },
});

function poolCall(n: Node<PoolAttrs>, gather: boolean): Call {
  const x = n.inputs[gather ? 1 : 0]!;
  const [channels, images, outHeight, outWidth] = n.shape as [number, number, number, number];
  const [, , height, width] = x.shape as [number, number, number, number];
  const planes = channels * images;
  return {
    kernel: poolKernel(n.attrs, gather),
    slots: n.inputs.length,
    operands: n.inputs.map((node, slot) => ({ slot, node })),
    params: [planes, height, width, outHeight, outWidth],
    grid: foldGrid(planes * Math.ceil(outHeight / pooledRows(n.attrs)) * rowBlocks(outWidth), 64),
    flop: n.attrs.kernel ** 2 * planes * outHeight * outWidth,
  };
}

function scatterCall(n: Node<PoolAttrs>): Call {
  const { kernel, stride, pad } = n.attrs;
  const rows = scatteredRows(n.attrs);
  const [channels, images, height, width] = n.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = n.inputs[0]!.shape as [number, number, number, number];
  const planes = channels * images;
  // First window (column or row) that reaches the tile, counted from the tile's own first window: not positive.
  const first = Math.ceil((pad - kernel + 1) / stride);
  const windowColumns = Math.floor((3 + pad) / stride) - first + 1;
  return {
    kernel: {
      label: `max_pool_scatter ${kernel}/${stride}`,
      source: scatterSource,
      defines: {
        K: kernel,
        S: stride,
        P: pad,
        ROWS: rows,
        FIRST: first,
        LEAD: intoBlock(first * stride - pad),
        COLUMNS: (windowColumns - 1) * stride + kernel,
        WINDOWCOLUMNS: windowColumns,
        WINDOWROWS: Math.floor((rows - 1 + pad) / stride) - first + 1,
      },
    },
    slots: 2,
    operands: n.inputs.map((node, slot) => ({ slot, node })),
    params: [planes, height, width, outHeight, outWidth],
    grid: foldGrid(planes * Math.ceil(height / rows) * rowBlocks(width), 64),
    flop: 2 * kernel ** 2 * planes * outHeight * outWidth,
  };
}

const maxPoolOp: Op<PoolAttrs> = {
  name: "max_pool",
  gradient: (n, dy) => [maxPoolScatter(dy, n.inputs[0]!, n.attrs)],
  call: (n) => poolCall(n, false),
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
  call: (n) => poolCall(n, true),
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
    throw new TypeError(`Cannot build max_pool_scatter: the gradient is [${dy.shape}], wants [${pooled}]`);
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
