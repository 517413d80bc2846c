/** Average pooling over the part of each window that lies in the image (count_include_pad = false). */
import poolSource from "../../../shaders/avg_pool.wgsl" with { type: "text" };
import gradSource from "../../../shaders/avg_pool_grad.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { intoBlock, windows } from "./grid.ts";
import { pool, type PoolAttrs, pooledRows } from "./max_pool.ts";

/** The windows of a pooling, and the size of the map that was pooled. */
export interface AvgPoolGradAttrs extends PoolAttrs {
  /** Rows of that map. */
  readonly height: number;
  /** Its columns. */
  readonly width: number;
}

function poolCall(n: Node<PoolAttrs>, tuning: Tuning): Call {
  const { kernel, stride, pad } = n.attrs;
  return pool(n, {
    ...{ pixels: n.inputs[0]!, windows: n, bindings: ["x"], source: poolSource },
    rows: pooledRows(n.attrs, tuning),
    defines: { LEAD: intoBlock(-pad), COLUMNS: 3 * stride + kernel },
  }, tuning);
}

function gradCall(n: Node<AvgPoolGradAttrs>, tuning: Tuning): Call {
  const { kernel, stride } = n.attrs;
  const rows = tuning.rows.avgPoolGrad;
  // Windows that reach `pixels` neighbouring pixels, wherever these start.
  const reaching = (pixels: number) => Math.floor((pixels + kernel - 2) / stride) + 1;
  return pool(n, {
    ...{ pixels: n, windows: n.inputs[0]!, bindings: ["dy"], source: gradSource, rows },
    defines: { WINDOWROWS: reaching(rows), WINDOWCOLUMNS: reaching(4) },
  }, tuning);
}

export const avgPoolOp: Op<PoolAttrs> = {
  name: "avg_pool",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [avgPoolGrad(dy, { ...n.attrs, height, width })];
  },
  call: poolCall,
};

const avgPoolGradOp: Op<AvgPoolGradAttrs> = {
  name: "avg_pool_grad",
  gradient: (n, dy) => [avgPool(dy, n.attrs)],
  call: gradCall,
};

function pooled(height: number, width: number, { kernel, stride, pad }: PoolAttrs): [number, number] {
  if (pad * 2 > kernel) {
    throw new RangeError(`Cannot build avg_pool: pad ${pad} is more than half of ${kernel}`);
  }
  return [windows(height, kernel, stride, pad), windows(width, kernel, stride, pad)];
}

/** Mean of every window over its pixels inside the image. */
export function avgPool(x: Node, { kernel, stride, pad }: PoolAttrs): Node {
  const [channels, images, height, width] = featureMap("avg_pool", x);
  const attrs = { kernel, stride, pad };
  return node(avgPoolOp, [x], attrs, [channels, images, ...pooled(height, width, attrs)]);
}

/** Adjoint of avgPool for an image of `height` × `width`. */
export function avgPoolGrad(dy: Node, attrs: AvgPoolGradAttrs): Node {
  const [channels, images, outHeight, outWidth] = featureMap("avg_pool_grad", dy);
  const [wantedHeight, wantedWidth] = pooled(attrs.height, attrs.width, attrs);
  if (outHeight !== wantedHeight || outWidth !== wantedWidth) {
    throw new TypeError(
      `Cannot build avg_pool_grad: the gradient is [${dy.shape}], its maps should be ${wantedHeight}×${wantedWidth}`,
    );
  }
  return node(avgPoolGradOp, [dy], attrs, [channels, images, attrs.height, attrs.width]);
}
