import type { Node } from "../../graph/node.ts";
import { topological } from "../../graph/rewrite.ts";

/** How often each node is read, as an input or as an output of the graph. */
export function usesOf(outputs: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  outputs.forEach(count);
  for (const node of topological(outputs)) node.inputs.forEach(count);
  return uses;
}
