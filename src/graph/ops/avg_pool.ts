/** Average pooling over the part of each window that lies in the image (count_include_pad = false). */
import poolSource from "../../../shaders/avg_pool.wgsl" with { type: "text" };
import gradSource from "../../../shaders/avg_pool_grad.wgsl" with { type: "text" };
import { type Call, featureMap, type Node, node, type Op } from "../node.ts";
import { foldGrid, intoBlock, rowBlocks, windows } from "./grid.ts";
import type { PoolAttrs } from "./max_pool.ts";

interface GradAttrs extends PoolAttrs {
  readonly height: number;
  readonly width: number;
}

/** Rows of the output that one thread computes: see max_pool.ts. */
const pooledRows = ({ stride }: PoolAttrs): number => Math.max(1, Math.floor(4 / stride));
const gradRows = 4;

function poolCall(n: Node<PoolAttrs>): Call {
  const { kernel, stride, pad } = n.attrs;
  const x = n.inputs[0]!;
  const [channels, images, outHeight, outWidth] = n.shape as [number, number, number, number];
  const [, , height, width] = x.shape as [number, number, number, number];
  const planes = channels * images;
  const rows = pooledRows(n.attrs);
  return {
    kernel: {
      label: `avg_pool ${kernel}/${stride}`,
      source: poolSource,
      defines: {
        K: kernel,
        S: stride,
        P: pad,
        ROWS: rows,
        LEAD: intoBlock(-pad),
        COLUMNS: 3 * stride + kernel,
      },
    },
    slots: 1,
    operands: [{ slot: 0, node: x }],
    params: [planes, height, width, outHeight, outWidth],
    grid: foldGrid(planes * Math.ceil(outHeight / rows) * rowBlocks(outWidth), 64),
    flop: kernel ** 2 * planes * outHeight * outWidth,
  };
}

function gradCall(n: Node<GradAttrs>): Call {
  const { kernel, stride, pad } = n.attrs;
  const dy = n.inputs[0]!;
  const [channels, images, height, width] = n.shape as [number, number, number, number];
  const [, , outHeight, outWidth] = dy.shape as [number, number, number, number];
  const planes = channels * images;
  // Windows that reach `pixels` neighbouring pixels, wherever these start.
  const reaching = (pixels: number) => Math.floor((pixels + kernel - 2) / stride) + 1;
  return {
    kernel: {
      label: `avg_pool_grad ${kernel}/${stride}`,
      source: gradSource,
      defines: {
        K: kernel,
        S: stride,
        P: pad,
        ROWS: gradRows,
        WINDOWROWS: reaching(gradRows),
        WINDOWCOLUMNS: reaching(4),
      },
    },
    slots: 1,
    operands: [{ slot: 0, node: dy }],
    params: [planes, height, width, outHeight, outWidth],
    grid: foldGrid(planes * Math.ceil(height / gradRows) * rowBlocks(width), 64),
    flop: kernel ** 2 * planes * outHeight * outWidth,
  };
}

const avgPoolOp: Op<PoolAttrs> = {
  name: "avg_pool",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [avgPoolGrad(dy, { ...n.attrs, height, width })];
  },
  call: poolCall,
};

const avgPoolGradOp: Op<GradAttrs> = {
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
export function avgPoolGrad(dy: Node, attrs: GradAttrs): Node {
  const [channels, images, outHeight, outWidth] = featureMap("avg_pool_grad", dy);
  const [wantedHeight, wantedWidth] = pooled(attrs.height, attrs.width, attrs);
  if (outHeight !== wantedHeight || outWidth !== wantedWidth) {
    throw new TypeError(
      `Cannot build avg_pool_grad: the gradient is [${dy.shape}], its maps should be ${wantedHeight}×${wantedWidth}`,
    );
  }
  return node(avgPoolGradOp, [dy], attrs, [channels, images, attrs.height, attrs.width]);
}
