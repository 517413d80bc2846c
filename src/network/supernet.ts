/**
 * The supernet of a search: every edge of every cell is a weighted sum of all operations of the space. The
 * weights are an input, so that a search step, a perturbed point and an evaluation are the same network.
 */
import type { Node } from "../graph/node.ts";
import { concatChannels, input, slice } from "../graph/ops/mod.ts";
import { type Weighted, weightedSum } from "../nn/affine.ts";
import { candidates } from "../nn/candidates.ts";
import type { Layout } from "../nn/parameters.ts";
import type { Scope } from "../nn/scope.ts";
import { alphaShape, type CellType, edgeStride, type Space, stackCells } from "../spaces/mod.ts";
import {
  buildOn,
  checkSize,
  classifier,
  describe,
  type NetworkInputs,
  type NetworkOutputs,
  type NetworkSize,
  preprocess,
  stem,
} from "./frame.ts";

/** Mixing weights [edges, operations] of each cell type, used as they are. */
export type Mixing = Readonly<Record<CellType, Node>>;

export interface Supernet {
  readonly space: Space;
  readonly size: NetworkSize;
  readonly layout: Layout;
  /** Shape of each cell type's architecture parameters: [edges, operations]. */
  readonly alphaShape: readonly [number, number];
  /** Throws a usage error if the images cannot be halved as often as there are reductions. */
  build(inputs: NetworkInputs & { readonly mixing: Mixing }): NetworkOutputs;
}

/** The supernet of `space`. Throws a usage error for sizes that are not positive whole numbers. */
export function supernet(space: Space, size: NetworkSize): Supernet {
  checkSize(size);
  const shape = alphaShape(space);
  const standIn = {
    images: input("images", [size.imageChannels ?? 3, 1, 32, 32]),
    mixing: { normal: input("normal", shape), reduce: input("reduce", shape) },
  };
  const layout = describe((scope) => forward(scope, space, size, standIn));
  return {
    space,
    size,
    layout,
    alphaShape: shape,
    build: (inputs) => buildOn(inputs, layout, (scope) => ({ logits: forward(scope, space, size, inputs) })),
  };
}

/** Logits [classes, N]; the scope collects everything else. */
function forward(
  scope: Scope,
  space: Space,
  { channels, layers, classes }: NetworkSize,
  { images, mixing }: { images: Node; mixing: Mixing },
): Node {
  const weights: CellWeights = { normal: entries(mixing.normal), reduce: entries(mixing.reduce) };
  const first = stem(scope, images, channels);
  let before: readonly [Node, Node] = [first, first];
  stackCells(layers, channels).forEach((cell, c) => {
    const module = scope.child(`cells.${c}`);
    const nodes: Node[] = preprocess(module, before, cell, false);
    for (let to = 2; to < space.nodes + 2; to++) {
      nodes.push(mixedNode(module, { space, type: cell.type, to, nodes, weights: weights[cell.type] }));
    }
    before = [before[1], concatChannels(nodes.slice(2))];
  });
  return classifier(scope, before[1], classes);
}

/** `weights[cell][edge][operation]`, each [1]. */
type CellWeights = Readonly<Record<CellType, readonly (readonly Node[])[]>>;

function entries(matrix: Node): Node[][] {
  const [rows, columns] = matrix.shape as [number, number];
  return Array.from(
    { length: rows },
    (_, r) => Array.from({ length: columns }, (_, k) => slice(matrix, r * columns + k, [1])),
  );
}

interface MixedNode {
  readonly space: Space;
  readonly type: CellType;
  readonly to: number;
  /** The nodes before it. */
  readonly nodes: readonly Node[];
  readonly weights: CellWeights[CellType];
}

/** A node: the sum over its edges and their operations, in one combination. */
function mixedNode(scope: Scope, { space, type, to, nodes, weights }: MixedNode): Node {
  const summands = space.edges.flatMap((edge, e): Weighted[] => {
    if (edge.to !== to) return [];
    return space.candidates[type][e]!.flatMap((name, k): Weighted[] => {
      const place = { stride: edgeStride(type, edge.from), mixed: true };
      const value = candidates[name](scope.child(`_ops.${e}._ops.${k}`), nodes[edge.from]!, place);
      return value ? [{ value, weight: weights[e]![k]! }] : [];
    });
  });
  return weightedSum(summands);
}
