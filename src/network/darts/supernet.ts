/**
 * The supernet of a DARTS space: every edge of every cell is a weighted sum of all its operations. Source: Liu et al.,
 * DARTS, ICLR 2019, section 2.2.
 */
import type { Node } from "../../graph/node.ts";
import { concatChannels, sampleScale } from "../../graph/ops/mod.ts";
import { type Weighted, weightedSum } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import type { Scope } from "../../nn/scope.ts";
import { type CellType, type DartsSpace, edgeStride, stackCells } from "../../spaces/darts_cell.ts";
import type { SupernetParts } from "../family.ts";
import { classifier, type NetworkSize } from "../frame.ts";
import type { SupernetVariant } from "../variant.ts";
import { preprocess, stem } from "./frame.ts";

/** Logits [classes, N]; the scope collects everything else. */
export function supernetLogits(
  scope: Scope,
  { space, size: { channels, layers, classes } }: {
    readonly space: DartsSpace;
    readonly size: NetworkSize;
    readonly variant: SupernetVariant;
  },
  { images, weights, nextDrop }: SupernetParts,
): Node {
  const first = stem(scope, images, channels);
  let before: readonly [Node, Node] = [first, first];
  stackCells(layers, channels).forEach((cell, c) => {
    const module = scope.child(`cells.${c}`);
    const nodes: Node[] = preprocess(module, before, cell, false);
    const mixing = weights(c)[cell.type]!;
    for (let to = 2; to < space.nodes + 2; to++) {
      nodes.push(mixedNode(module, { space, type: cell.type, to, nodes, weights: mixing, nextDrop }));
    }
    before = [before[1], concatChannels(nodes.slice(2))];
  });
  return classifier(scope, before[1], classes);
}

interface MixedNode {
  readonly space: DartsSpace;
  readonly type: CellType;
  readonly to: number;
  /** The nodes before it. */
  readonly nodes: readonly Node[];
  /** `weights[edge][operation]`, each [1]. */
  readonly weights: readonly (readonly Node[])[];
  readonly nextDrop: () => Node | undefined;
}

/** A node: the sum over its edges and their operations, in one combination where no edge is dropped. */
function mixedNode(scope: Scope, { space, type, to, nodes, weights, nextDrop }: MixedNode): Node {
  const summands = space.edges.flatMap((edge, e): Weighted[] => {
    if (edge.to !== to) return [];
    const mixed = space.candidates[type][e]!.flatMap((name, k): Weighted[] => {
      const place = { stride: edgeStride(type, edge.from), mixed: true };
      const value = candidates[name](scope.child(`_ops.${e}._ops.${k}`), nodes[edge.from]!, place);
      return value ? [{ value, weight: weights[e]![k]! }] : [];
    });
    const drop = nextDrop();
    return drop ? [{ value: { x: sampleScale(weightedSum(mixed), drop) } }] : mixed;
  });
  return weightedSum(summands);
}
