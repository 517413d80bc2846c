/**
 * The adjoint of a ReLU is a mask over a sum of gradients, where many edges use the ReLU's output, or over the input
 * gradient of a convolution. These apply it as they write, instead of being written and read once more.
 */
import type { Node, Op } from "../../graph/node.ts";
import { isPlainSum, masked } from "../../graph/ops/combine.ts";
import { convolutionInputGradOp } from "../../graph/ops/convolution.ts";
import { depthwiseInputGradOp } from "../../graph/ops/depthwise.ts";
import { type LoadAttrs, maskedInputGrad } from "../../graph/ops/loader.ts";
import { reluMaskOp } from "../../graph/ops/relu.ts";
import { rewrite } from "../../graph/rewrite.ts";
import { usesOf } from "./uses.ts";

/** @param take the node with a mask, where it can have one */
const maskInto =
  (take: (written: Node, mask: Node) => Node | undefined) => (outputs: readonly Node[]): Node[] => {
    const uses = usesOf(outputs);
    return rewrite(outputs, (node, old) => {
      if (node.op !== reluMaskOp || uses.get(old.inputs[0]!) !== 1) return node;
      const [written, mask] = node.inputs as [Node, Node];
      return take(written, mask) ?? node;
    });
  };

export const maskIntoSum = maskInto((sum, mask) => (isPlainSum(sum) ? masked(sum, mask) : undefined));

/** Input gradients that can have a mask. */
const inputGrads: ReadonlySet<Op> = new Set<Op>([convolutionInputGradOp as Op, depthwiseInputGradOp as Op]);

export const maskIntoInputGrad = maskInto((dx, mask) => {
  const plain = inputGrads.has(dx.op) && (dx.attrs as LoadAttrs).load === undefined;
  return plain ? maskedInputGrad(dx, mask) : undefined;
});
