/** Convolutions and their weight gradients take the ReLU before them into their loader: no copy of max(x, 0). */
import type { Node, Op } from "../../graph/node.ts";
import { convolutionOp, convolutionWeightGradOp } from "../../graph/ops/convolution.ts";
import { depthwiseOp, depthwiseWeightGradOp } from "../../graph/ops/depthwise.ts";
import { loadThrough } from "../../graph/ops/loader.ts";
import { pointwiseOp, pointwiseWeightGradOp } from "../../graph/ops/pointwise.ts";
import { reluOp } from "../../graph/ops/relu.ts";
import { rewrite } from "../../graph/rewrite.ts";

/** Operations with a loader of their first input. */
const loading: ReadonlySet<Op> = new Set<Op>([
  convolutionOp as Op,
  convolutionWeightGradOp as Op,
  depthwiseOp as Op,
  depthwiseWeightGradOp as Op,
]);
/** Operations with an attribute `relu` over their first input. */
const absorbing: ReadonlySet<Op> = new Set<Op>([pointwiseOp as Op, pointwiseWeightGradOp as Op]);

export function reluIntoLoader(outputs: readonly Node[]): Node[] {
  return rewrite(outputs, (node) => {
    const [map, ...rest] = node.inputs;
    if (map?.op !== reluOp) return node;
    const [x] = map.inputs as [Node];
    if (loading.has(node.op)) return loadThrough(node, 0, { x, relu: true });
    if (!absorbing.has(node.op)) return node;
    return { ...node, inputs: [x, ...rest], attrs: { ...(node.attrs as object), relu: true } };
  });
}
