/**
 * The network a DARTS genotype stands for, in its CIFAR form: only the chosen operations, all BatchNorms affine, an
 * auxiliary head and drop-path for training.
 */
import type { Node } from "../../graph/node.ts";
import { concatChannels, constant, sampleScale } from "../../graph/ops/mod.ts";
import { type Affine, apply, weightedSum } from "../../nn/affine.ts";
import { auxiliaryHead } from "../../nn/auxiliary_head.ts";
import { candidates } from "../../nn/candidates.ts";
import type { Scope } from "../../nn/scope.ts";
import {
  auxiliaryCell,
  type CellType,
  edgeStride,
  stackCells,
  type StackedCell,
} from "../../spaces/darts_cell.ts";
import type { SupernetParts } from "../family.ts";
import { classifier, type EvaluationSize } from "../frame.ts";
import { preprocess, stem } from "./frame.ts";
import type { DartsGenotype } from "./genotype.ts";

/** Drop-path spares the identity, so that a sample always has a way through. */
const droppable = (operation: string, stride: number): boolean =>
  operation !== "none" && (operation !== "skip_connect" || stride === 2);

/** Rows of the drop-path input: all edges but the identities. */
export const networkDropPaths = (genotype: DartsGenotype, { layers, channels }: EvaluationSize): number =>
  stackCells(layers, channels)
    .flatMap(({ type }) => genotype[type].filter(([name, from]) => droppable(name, edgeStride(type, from))))
    .length;

/** Logits of the network and of its auxiliary head. */
export function networkLogits(
  scope: Scope,
  genotype: DartsGenotype,
  { channels, layers, classes, auxiliary = false }: EvaluationSize,
  { images, nextDrop }: Pick<SupernetParts, "images" | "nextDrop">,
): { readonly logits: Node; readonly auxiliaryLogits?: Node } {
  const first = stem(scope, images, channels);
  let before: readonly [Node, Node] = [first, first];
  let headInput = first;
  stackCells(layers, channels).forEach((cell, c) => {
    before = [before[1], chosenCell(scope.child(`cells.${c}`), { genotype, cell, before, nextDrop })];
    if (c === auxiliaryCell(layers)) headInput = before[1];
  });
  // The head stands between the cells and the classifier in the state dict.
  const auxiliaryLogits = auxiliary && auxiliaryHead(scope.child("auxiliary_head"), headInput, classes);
  const logits = classifier(scope, before[1], classes);
  return auxiliaryLogits ? { logits, auxiliaryLogits } : { logits };
}

interface ChosenCell {
  readonly genotype: DartsGenotype;
  readonly cell: StackedCell;
  readonly before: readonly [Node, Node];
  readonly nextDrop: () => Node | undefined;
}

/** A cell with the operations of its genotype; each node adds up to two of them. */
function chosenCell(scope: Scope, { genotype, cell, before, nextDrop }: ChosenCell): Node {
  const edges = genotype[cell.type];
  const nodes: Node[] = preprocess(scope, before, cell, true);
  const outputs: (Affine | null)[] = [];
  edges.forEach(([name, from], e) => {
    const stride = edgeStride(cell.type, from);
    const output = candidates[name](scope.child(`_ops.${e}`), nodes[from]!, { stride, mixed: false });
    const drop = droppable(name, stride) ? nextDrop() : undefined;
    outputs.push(output && drop ? { x: sampleScale(apply(output), drop) } : output);
    if (e % 2 === 1) {
      const values = outputs.slice(-2).filter((value) => value !== null);
      nodes.push(
        values.length > 0 ? weightedSum(values.map((value) => ({ value }))) : emptyNode(nodes[0]!, cell.type),
      );
    }
  });
  return concatChannels(genotype[`${cell.type}_concat`].map((node) => nodes[node]!));
}

/** A node without any edge: zeros of the size that the nodes of a cell have; `x` is its input 0. */
function emptyNode(x: Node, type: CellType): Node {
  const [channels, images, height, width] = x.shape as [number, number, number, number];
  const stride = edgeStride(type, 0);
  return constant(0, [channels, images, Math.ceil(height / stride), Math.ceil(width / stride)]);
}
