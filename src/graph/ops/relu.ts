/** Rectified linear unit and its adjoint. */
import source from "../../../shaders/relu.wgsl" with { type: "text" };
import { type Call, eachBound, featureMap, type Node, node, type Op, sameShape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { channelBlocks, foldGrid } from "./grid.ts";

function stream(n: Node, { stream: { threads: THREADS, blocks: BLOCKS } }: Tuning): Call {
  const MASK = n.inputs.length - 1;
  const blocks = n.shape[0]! * channelBlocks(n.shape);
  return {
    kernel: { label: n.op.name, source, defines: { MASK, THREADS, BLOCKS } },
    bindings: MASK ? ["dy", "x"] : ["x"],
    operands: eachBound(n.inputs),
    params: { blocks },
    grid: foldGrid(blocks, BLOCKS * THREADS),
    flop: 4 * blocks,
  };
}

export const reluOp: Op<null> = {
  name: "relu",
  gradient: (n, dy) => [reluMask(dy, n.inputs[0]!)],
  call: stream,
};

export const reluMaskOp: Op<null> = {
  name: "relu_mask",
  // The mask is a comparison: its derivative in x is zero almost everywhere.
  gradient: (n, dy) => [reluMask(dy, n.inputs[1]!), null],
  call: stream,
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
