/** Convolutions and their weight gradients take the ReLU before them into their loader: no copy of max(x, 0). */
import type { Node, Op } from "../../graph/node.ts";
import { depthwiseOp, depthwiseWeightGradOp } from "../../graph/ops/depthwise.ts";
import { pointwiseOp, pointwiseWeightGradOp } from "../../graph/ops/pointwise.ts";
import { reluOp } from "../../graph/ops/relu.ts";
import { rewrite } from "../../graph/rewrite.ts";

/** Operations with an attribute `relu` over their first input. */
const absorbing: ReadonlySet<Op> = new Set<Op>([
  depthwiseOp as Op,
  depthwiseWeightGradOp as Op,
  pointwiseOp as Op,
  pointwiseWeightGradOp as Op,
]);

export function reluIntoLoader(outputs: readonly Node[]): Node[] {
  return rewrite(outputs, (node) => {
    const [x, ...rest] = node.inputs;
    if (!absorbing.has(node.op) || x?.op !== reluOp) return node;
    return { ...node, inputs: [x.inputs[0]!, ...rest], attrs: { ...(node.attrs as object), relu: true } };
  });
}
