/**
 * The adjoint of a ReLU whose output many edges use is a mask over a sum of their gradients: the sum applies it
 * as it writes, instead of being written and read once more.
 */
import type { Node } from "../../graph/node.ts";
import { isPlainSum, masked } from "../../graph/ops/combine.ts";
import { reluMaskOp } from "../../graph/ops/relu.ts";
import { rewrite } from "../../graph/rewrite.ts";
import { usesOf } from "./uses.ts";

export function maskIntoSum(outputs: readonly Node[]): Node[] {
  const uses = usesOf(outputs);
  return rewrite(outputs, (node, old) => {
    if (node.op !== reluMaskOp) return node;
    const [sum, mask] = node.inputs as [Node, Node];
    const once = uses.get(old.inputs[0]!) === 1;
    return once && isPlainSum(sum) ? masked(sum, mask) : node;
  });
}
