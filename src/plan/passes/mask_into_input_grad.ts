/** The adjoint of a ReLU before a depthwise convolution is a mask over its input gradient, which applies it as it writes. */
import type { Node, Op } from "../../graph/node.ts";
import { depthwiseInputGradOp, maskedInputGrad } from "../../graph/ops/depthwise.ts";
import type { LoadAttrs } from "../../graph/ops/loader.ts";
import { reluMaskOp } from "../../graph/ops/relu.ts";
import { rewrite } from "../../graph/rewrite.ts";
import { usesOf } from "./uses.ts";

export function maskIntoInputGrad(outputs: readonly Node[]): Node[] {
  const uses = usesOf(outputs);
  return rewrite(outputs, (node, old) => {
    if (node.op !== reluMaskOp) return node;
    const [dx, mask] = node.inputs as [Node, Node];
    const once = uses.get(old.inputs[0]!) === 1;
    const plain = dx.op === (depthwiseInputGradOp as Op) && (dx.attrs as LoadAttrs).load === undefined;
    return once && plain ? maskedInputGrad(dx, mask) : node;
  });
}
