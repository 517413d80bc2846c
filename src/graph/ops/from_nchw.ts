/** The boundary of the layout: dense images [N, C, H·W] to feature maps [C, N, H, W] and back. */
import source from "../../../shaders/from_nchw.wgsl" with { type: "text" };
import backSource from "../../../shaders/to_nchw.wgsl" with { type: "text" };
import { eachBound, elements, featureMap, type Node, node, type Op } from "../node.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

const fromNchwOp: Op<null> = {
  name: "from_nchw",
  gradient: (_, dy) => [toNCHW(dy)],
  call: (n, { threads: THREADS }) => {
    const [channels, images, height, width] = n.shape as [number, number, number, number];
    const blocks = channels * images * height * rowBlocks(width);
    return {
      kernel: { label: "from_nchw", source, defines: { THREADS } },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { blocks, channels, images, height, width },
      grid: foldGrid(blocks, THREADS),
    };
  },
};

const toNchwOp: Op<null> = {
  name: "to_nchw",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [fromNCHW(dy, { height, width })];
  },
  call: (n, { threads: THREADS }) => {
    const [channels, images, height, width] = n.inputs[0]!.shape as [number, number, number, number];
    const pixels = elements(n.shape);
    return {
      kernel: { label: "to_nchw", source: backSource, defines: { THREADS } },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { pixels, channels, images, height, width },
      grid: foldGrid(pixels, THREADS),
    };
  },
};

/** Dense images [N, C, height·width] as a feature map [C, N, height, width]. */
export function fromNCHW(x: Node, { height, width }: { height: number; width: number }): Node {
  const [images, channels, pixels] = x.shape;
  if (x.shape.length !== 3 || pixels !== height * width) {
    throw new TypeError(`Cannot build from_nchw: needs [N, C, ${height * width}], got [${x.shape}]`);
  }
  return node(fromNchwOp, [x], null, [channels!, images!, height, width]);
}

/** A feature map [C, N, H, W] as dense [N, C, H·W]: the adjoint of {@link fromNCHW}, and its inverse. */
export function toNCHW(x: Node): Node {
  const [channels, images, height, width] = featureMap("to_nchw", x);
  return node(toNchwOp, [x], null, [images, channels, height * width]);
}
