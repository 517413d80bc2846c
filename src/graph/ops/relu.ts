/** Rectified linear unit and its adjoint. */
import source from "../../../shaders/relu.wgsl" with { type: "text" };
import { type Call, featureMap, type Kernel, type Node, node, type Op, sameShape } from "../node.ts";
import { channelBlocks, foldGrid } from "./grid.ts";

const reluKernel: Kernel = { label: "relu", source, defines: { MASK: 0 } };
const maskKernel: Kernel = { label: "relu_mask", source, defines: { MASK: 1 } };

function stream(kernel: Kernel, n: Node): Call {
  const blocks = n.shape[0]! * channelBlocks(n.shape);
  return {
    kernel,
    slots: n.inputs.length,
    operands: n.inputs.map((node, slot) => ({ slot, node })),
    params: [blocks],
    grid: foldGrid(blocks, 1024),
    flop: 4 * blocks,
  };
}

export const reluOp: Op<null> = {
  name: "relu",
  gradient: (n, dy) => [reluMask(dy, n.inputs[0]!)],
  call: (n) => stream(reluKernel, n),
};

export const reluMaskOp: Op<null> = {
  name: "relu_mask",
  // The mask is a comparison: its derivative in x is zero almost everywhere.
  gradient: (n, dy) => [reluMask(dy, n.inputs[1]!), null],
  call: (n) => stream(maskKernel, n),
};

/** max(x, 0) of a feature map. */
export function relu(x: Node): Node {
  featureMap("relu", x);
  return node(reluOp, [x], null, x.shape);
}

/** dy where x > 0, else 0: the adjoint of relu at x. */
export function reluMask(dy: Node, x: Node): Node {
  featureMap("relu_mask", x);
  if (!sameShape(dy.shape, x.shape)) {
    throw new TypeError(`Cannot build relu_mask: the gradient is [${dy.shape}], x is [${x.shape}]`);
  }
  return node(reluMaskOp, [dy, x], null, x.shape);
}
