/**
 * The supernet of a search: every edge of every cell is a weighted sum of all operations of the space. The
 * weights are an input, so that a search step, a perturbed point and an evaluation are the same network.
 */
import type { Node } from "../graph/node.ts";
import { concatChannels, input, sampleScale, slice } from "../graph/ops/mod.ts";
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
  rowsOf,
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
  /** Rows of the drop-path input: all edges of all cells. */
  readonly dropPaths: number;
  /** Throws a usage error if the images cannot be halved as often as there are reductions. */
  build(inputs: SupernetInputs): NetworkOutputs;
}

export interface SupernetInputs extends NetworkInputs {
  readonly mixing: Mixing;
  /**
   * Drop-path (RobustDARTS): [dropPaths, N], for each edge's mixed operation and sample 0 or 1/(keep probability), in
   * the order of cells and edges. Nothing is dropped when it is left out.
   */
  readonly dropPath?: Node | undefined;
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
    dropPaths: size.layers * space.edges.length,
    build: (inputs) => buildOn(inputs, layout, (scope) => ({ logits: forward(scope, space, size, inputs) })),
  };
}

/** Logits [classes, N]; the scope collects everything else. */
function forward(
  scope: Scope,
  space: Space,
  { channels, layers, classes }: NetworkSize,
  { images, mixing, dropPath }: Pick<SupernetInputs, "images" | "mixing" | "dropPath">,
): Node {
  const nextDrop = rowsOf(dropPath);
  const weights: CellWeights = { normal: entries(mixing.normal), reduce: entries(mixing.reduce) };
  const first = stem(scope, images, channels);
  let before: readonly [Node, Node] = [first, first];
  stackCells(layers, channels).forEach((cell, c) => {
    const module = scope.child(`cells.${c}`);
    const nodes: Node[] = preprocess(module, before, cell, false);
    for (let to = 2; to < space.nodes + 2; to++) {
      nodes.push(
        mixedNode(module, { space, type: cell.type, to, nodes, weights: weights[cell.type], nextDrop }),
      );
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
