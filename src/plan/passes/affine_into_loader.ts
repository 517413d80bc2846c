/**
 * A BatchNorm between two convolutions is a scale and a shift of each channel. Where all that read its result can
 * take the two into their loader, the result is never stored.
 */
import type { Node, Op } from "../../graph/node.ts";
import { type CombineAttrs, combined, combineOp } from "../../graph/ops/combine.ts";
import {
  convolutionInputGradOp,
  convolutionOp,
  convolutionWeightGradOp,
} from "../../graph/ops/convolution.ts";
import { depthwiseInputGradOp, depthwiseOp, depthwiseWeightGradOp } from "../../graph/ops/depthwise.ts";
import { type LoadAttrs, loadThrough } from "../../graph/ops/loader.ts";
import { rewrite, topological } from "../../graph/rewrite.ts";

/** The input that an operation has a loader of; that of an input gradient is its mask. */
const loaded: ReadonlyMap<Op, number> = new Map<Op, number>([
  [convolutionOp as Op, 0],
  [convolutionWeightGradOp as Op, 0],
  [convolutionInputGradOp as Op, 2],
  [depthwiseOp as Op, 0],
  [depthwiseWeightGradOp as Op, 0],
  [depthwiseInputGradOp as Op, 2],
]);

/** The place of the only input of `node` that its loader can take a scale and a shift of. */
function place({ op, attrs }: Node): number | undefined {
  const at = loaded.get(op);
  if (at === undefined) return undefined;
  const { load } = attrs as LoadAttrs;
  return load?.scale || load?.shift ? undefined : at;
}

/** Whether a node is max(scale·x + shift, 0) of one map, with or without each part. */
const isAffine = (n: Node): n is Node<CombineAttrs> => {
  if (n.op !== (combineOp as Op)) return false;
  const { scaled, mask } = n.attrs as CombineAttrs;
  return scaled.length === 1 && !mask;
};

export function affineIntoLoader(outputs: readonly Node[]): Node[] {
  const stored = new Set<Node>(outputs);
  for (const node of topological(outputs)) {
    node.inputs.forEach((x, i) => void (i === place(node) || stored.add(x)));
  }
  return rewrite(outputs, (node, old) => {
    const at = place(old);
    const map = at === undefined ? undefined : node.inputs[at];
    if (at === undefined || map === undefined || stored.has(old.inputs[at]!) || !isAffine(map)) return node;
    const { terms: [term], bias } = combined(map);
    return loadThrough(node, at, { ...term!, shift: bias, relu: map.attrs.relu });
  });
}
