/** The supernet of NAS-Bench-201: every edge of every cell is a weighted sum of all its operations. */
import type { Node } from "../../graph/node.ts";
import type { Affine, Weighted } from "../../nn/affine.ts";
import type { Scope } from "../../nn/scope.ts";
import {
  nasbench201Edges,
  nasbench201EdgeTensor,
  nasbench201Nodes,
  type NasBench201Space,
} from "../../spaces/nasbench201.ts";
import { auxiliarySkip } from "../auxiliary_skip.ts";
import { edgeWeight } from "../edge_weights.ts";
import type { SupernetOf, SupernetParts } from "../family.ts";
import { type MixedEdge, mixedNode } from "../mixed_node.ts";
import { edgeOperation, skeleton } from "./frame.ts";

/** Logits [classes, N]; the scope collects everything else. */
export const supernetLogits = (
  scope: Scope,
  { space, size, variant }: SupernetOf<NasBench201Space>,
  { images, weights, undrawn, nextDrop, number, shown }: SupernetParts,
): Node =>
  skeleton(scope, images, size, (module, x, index) => {
    const all = weights(index);
    const mixing = all["cell"]!;
    const shifts = undrawn(index)?.["cell"];
    const states = [x];
    for (const node of nasbench201Nodes) {
      const edges = nasbench201Edges.flatMap(({ from, to }, e): MixedEdge[] => {
        if (to !== node) return [];
        const edge = module.child(`edges.${to}<-${from}`);
        const operations = (x: Node) => [
          ...mixedOperations(edge, space, x, mixing[e]!, {
            kept: variant.kept?.["cell"]?.[e],
            shown: (column, output) => shown(index, { matrix: "cell", row: e, column }, output),
          }),
          ...auxiliarySkip(edge, x, 1, { variant, number }),
        ];
        const weight = edgeWeight(all, nasbench201EdgeTensor, { from, to });
        return [{ x: states[from]!, stride: 1, operations, shift: shifts?.[e], weight, drop: nextDrop() }];
      });
      states.push(mixedNode(module, edges, variant));
    }
    return states.at(-1)!;
  });

/** The operations of an edge on a feature map that are kept, all where nothing is said, with their weights, each [1]. */
const mixedOperations = (
  scope: Scope,
  { operations }: NasBench201Space,
  x: Node,
  weights: readonly Node[],
  { kept, shown }: {
    /** The columns whose operations are left; all where left out. */
    readonly kept: readonly boolean[] | undefined;
    readonly shown: (column: number, output: Affine) => void;
  },
): Weighted[] =>
  operations.flatMap((name, k): Weighted[] => {
    if (kept?.[k] === false) return [];
    const value = edgeOperation(scope.child(k), name, x, { mixed: true });
    if (!value) return [];
    shown(k, value);
    return [{ value, weight: weights[k]! }];
  });
