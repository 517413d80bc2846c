/** Global average pooling and its adjoint's pattern: one number a plane. */
import meanSource from "../../../shaders/spatial_mean.wgsl" with { type: "text" };
import spreadSource from "../../../shaders/spatial_spread.wgsl" with { type: "text" };
import { eachBound, featureMap, floatBits, type Node, node, type Op } from "../node.ts";
import { scale } from "./elementwise.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

const spatialMeanOp: Op<null> = {
  name: "spatial_mean",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [spatialSpread(scale(dy, 1 / (height * width)), height, width)];
  },
  call: (n, { threads: THREADS }) => {
    const [channels, images, height, width] = n.inputs[0]!.shape as [number, number, number, number];
    const blocks = height * rowBlocks(width);
    return {
      kernel: { label: "spatial_mean", source: meanSource, defines: { THREADS } },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { planes: channels * images, blocks, perPixel: floatBits(1 / (height * width)) },
      grid: foldGrid(channels * images, THREADS),
      flop: 4 * channels * images * blocks,
    };
  },
};

const spatialSpreadOp: Op<null> = {
  name: "spatial_spread",
  gradient: (n, dy) => [scale(spatialMean(dy), n.shape[2]! * n.shape[3]!)],
  call: (n, { threads: THREADS }) => {
    const [channels, images, height, width] = n.shape as [number, number, number, number];
    const blocks = channels * images * height * rowBlocks(width);
    return {
      kernel: { label: "spatial_spread", source: spreadSource, defines: { THREADS } },
      bindings: ["g"],
      operands: eachBound(n.inputs),
      params: { blocks, planeBlocks: height * rowBlocks(width), rowBlocks: rowBlocks(width), width },
      grid: foldGrid(blocks, THREADS),
    };
  },
};

/** Mean over H and W of every plane of a feature map, dense [C, N]. */
export function spatialMean(x: Node): Node {
  const [channels, images] = featureMap("spatial_mean", x);
  return node(spatialMeanOp, [x], null, [channels, images]);
}

/** A feature map [C, N, height, width] whose planes are constant: g[c, n] everywhere. `g` is dense [C, N]. */
export function spatialSpread(g: Node, height: number, width: number): Node {
  if (g.shape.length !== 2) {
    throw new TypeError(`Cannot build spatial_spread: needs [C, N], got [${g.shape}]`);
  }
  return node(spatialSpreadOp, [g], null, [g.shape[0]!, g.shape[1]!, height, width]);
}
