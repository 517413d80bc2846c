/**
 * The supernet of a DARTS space: every edge of every cell is a weighted sum of all its operations. Source: Liu et al.,
 * DARTS, ICLR 2019, section 2.2.
 */
import type { Node } from "../../graph/node.ts";
import { concatChannels } from "../../graph/ops/mod.ts";
import type { Affine, Weighted } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import type { Scope } from "../../nn/scope.ts";
import {
  type CellType,
  type DartsSpace,
  edgeStride,
  edgeTensors,
  stackCells,
} from "../../spaces/darts_cell.ts";
import type { Choice, MixingWeights, SupernetOf, SupernetParts } from "../family.ts";
import { classifier } from "../frame.ts";
import { auxiliarySkip } from "../auxiliary_skip.ts";
import { edgeWeight } from "../edge_weights.ts";
import { type MixedEdge, mixedNode } from "../mixed_node.ts";
import type { SupernetVariant } from "../variant.ts";
import { preprocess, stem } from "./frame.ts";

/** Logits [classes, N]; the scope collects everything else. */
export function supernetLogits(
  scope: Scope,
  { space, size: { channels, layers, classes }, variant }: SupernetOf<DartsSpace>,
  { images, weights, undrawn, nextDrop, number, shown }: SupernetParts,
): Node {
  const first = stem(scope, images, channels);
  let before: readonly [Node, Node] = [first, first];
  stackCells(layers, channels).forEach((cell, c) => {
    const module = scope.child(`cells.${c}`);
    const nodes: Node[] = preprocess(module, before, cell, false);
    const mixing = weights(c);
    const shifts = undrawn(c)?.[cell.type];
    for (let to = 2; to < space.nodes + 2; to++) {
      const own = { type: cell.type, to, nodes, weights: mixing, shifts, shown: shown.bind(undefined, c) };
      const parts = { space, variant, ...own, nextDrop, number };
      const edges = edgesInto(module, parts);
      nodes.push(mixedNode(module, edges, variant));
    }
    before = [before[1], concatChannels(nodes.slice(2))];
  });
  return classifier(scope, before[1], classes);
}

interface NodeParts extends Pick<SupernetParts, "nextDrop" | "number"> {
  readonly space: DartsSpace;
  readonly variant: SupernetVariant;
  readonly type: CellType;
  readonly to: number;
  /** The nodes before it. */
  readonly nodes: readonly Node[];
  readonly weights: MixingWeights;
  /** What each edge adds besides, [1]. */
  readonly shifts: readonly Node[] | undefined;
  readonly shown: (place: Choice, output: Affine) => void;
}

/** The edges into a node. */
function edgesInto(scope: Scope, parts: NodeParts): MixedEdge[] {
  const { space, variant, type, to, nodes, weights, shifts, nextDrop, number, shown } = parts;
  return space.edges.flatMap((edge, e): MixedEdge[] => {
    if (edge.to !== to) return [];
    const stride = edgeStride(type, edge.from);
    const module = scope.child(`_ops.${e}`);
    const operations = (x: Node): Weighted[] => [
      ...space.candidates[type][e]!.flatMap((name, k): Weighted[] => {
        if (variant.kept?.[type]?.[e]?.[k] === false) return [];
        const value = candidates[name](module.child(`_ops.${k}`), x, { stride, mixed: true });
        if (!value) return [];
        shown({ matrix: type, row: e, column: k }, value);
        const drops = variant.skipDropout && name === "skip_connect" && stride === 1;
        const kept = drops ? { x: scope.dropout(value.x, number("skip_dropout")) } : value;
        return [{ value: kept, weight: weights[type]![e]![k]! }];
      }),
      ...auxiliarySkip(module, x, stride, parts),
    ];
    const weight = edgeWeight(weights, edgeTensors[type], edge);
    return [{ x: nodes[edge.from]!, stride, operations, shift: shifts?.[e], weight, drop: nextDrop() }];
  });
}
