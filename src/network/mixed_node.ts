/**
 * A node of a supernet's cell: the sum of the mixed operations on its edges. PC-DARTS (Xu et al. 2020, sections 3.2 and
 * 3.3) sends only some of the channels through the operations, and may weight the edges.
 */
import type { Node } from "../graph/node.ts";
import {
  channelShuffle,
  concatChannels,
  maxPool,
  mul,
  sampleScale,
  sliceChannels,
} from "../graph/ops/mod.ts";
import { type Weighted, weightedSum } from "../nn/affine.ts";
import { checkHalvable } from "../nn/layers.ts";
import type { Scope } from "../nn/scope.ts";
import type { SupernetVariant } from "./variant.ts";

/** An edge into the node. */
export interface MixedEdge {
  /** The feature map it reads. */
  readonly x: Node;
  readonly stride: 1 | 2;
  /** The summands of its mixed operation on a feature map: `x`, or the first of its channels. */
  readonly operations: (x: Node) => readonly Weighted[];
  /** A number [1] that its mixed operation adds to every element besides (GDAS: the weights that were not drawn). */
  readonly shift?: Node | undefined;
  /** The edge's own weight [1]; 1 when left out. */
  readonly weight?: Node | undefined;
  /** Drop-path scales [N] of the edge; nothing is dropped when they are left out. */
  readonly drop?: Node | undefined;
}

/**
 * The node, a feature map. With `partialChannels` K, the operations see the first 1/K of the channels; the others
 * pass by, max-pooled where the edge strides, and are shuffled with them in K groups. The shuffle is the same for
 * all edges and linear, so it comes once, after the sum. K has to divide the channels.
 */
export function mixedNode(
  scope: Scope,
  edges: readonly MixedEdge[],
  { partialChannels: parts = 1 }: SupernetVariant,
): Node {
  if (parts === 1) return total(edges, (edge) => edge.x);
  const channels = edges[0]!.x.shape[0]!;
  const seen = channels / parts;
  const through = total(edges, (edge) => sliceChannels(edge.x, 0, seen));
  const past = edges.map((edge): Weighted => {
    const others = sliceChannels(edge.x, seen, channels - seen);
    if (edge.stride === 1) return finished(edge, others);
    checkHalvable(scope, others);
    return finished(edge, maxPool(others, { kernel: 2, stride: 2, pad: 0 }));
  });
  return channelShuffle(concatChannels([through, weightedSum(past)]), parts);
}

/** The sum of the mixed operations on what of each edge's map they see. */
const total = (edges: readonly MixedEdge[], seen: (edge: MixedEdge) => Node): Node =>
  weightedSum(
    edges.flatMap((edge) => mixed(edge, seen(edge))),
    edges.flatMap(({ shift, weight, drop }) => shift && !drop ? [weight ? mul(shift, weight) : shift] : []),
  );

/** The summands of an edge's operations, in one combination with the other edges' unless the edge may be dropped. */
function mixed(edge: MixedEdge, x: Node): readonly Weighted[] {
  const operations = edge.operations(x);
  if (edge.drop) return [finished(edge, weightedSum(operations, edge.shift && [edge.shift]))];
  if (!edge.weight) return operations;
  return operations.map(({ value, weight }): Weighted => ({
    value,
    weight: weight ? mul(weight, edge.weight!) : edge.weight!,
  }));
}

/** A map of an edge, dropped and weighted as the edge is. */
const finished = ({ drop, weight }: MixedEdge, x: Node): Weighted => ({
  value: { x: drop ? sampleScale(x, drop) : x },
  ...(weight && { weight }),
});
