/** The boundary of the layout: dense images [N, C, H·W] to feature maps [C, N, H, W] and back. */
import source from "../../../shaders/from_nchw.wgsl" with { type: "text" };
import backSource from "../../../shaders/to_nchw.wgsl" with { type: "text" };
import { elements, featureMap, type Node, node, type Op, plainCall } from "../node.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

const fromNchwOp: Op<null> = {
  name: "from_nchw",
  gradient: (_, dy) => [toNCHW(dy)],
  call: (n, tuning) => {
    const [channels, images, height, width] = n.shape as [number, number, number, number];
    const blocks = channels * images * height * rowBlocks(width);
    return {
      ...plainCall(n, ["x"], { source }, tuning),
      params: { blocks, channels, images, height, width },
      grid: foldGrid(blocks, tuning.threads),
    };
  },
};

const toNchwOp: Op<null> = {
  name: "to_nchw",
  gradient: (n, dy) => {
    const [, , height, width] = n.inputs[0]!.shape as [number, number, number, number];
    return [fromNCHW(dy, { height, width })];
  },
  call: (n, tuning) => {
    const [channels, images, height, width] = n.inputs[0]!.shape as [number, number, number, number];
    const pixels = elements(n.shape);
    return {
      ...plainCall(n, ["x"], { source: backSource }, tuning),
      params: { pixels, channels, images, height, width },
      grid: foldGrid(pixels, tuning.threads),
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
