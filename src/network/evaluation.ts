/**
 * The network a genotype stands for, in its CIFAR form: only the chosen operations, all BatchNorms affine, an
 * auxiliary head and drop-path for training.
 */
import type { Node } from "../graph/node.ts";
import { concatChannels, input, sampleScale } from "../graph/ops/mod.ts";
import { type Affine, apply, weightedSum } from "../nn/affine.ts";
import { auxiliaryHead } from "../nn/auxiliary_head.ts";
import { candidates } from "../nn/candidates.ts";
import type { Layout } from "../nn/parameters.ts";
import type { Scope } from "../nn/scope.ts";
import { auxiliaryCell, edgeStride, stackCells, type StackedCell } from "../spaces/mod.ts";
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
import type { Genotype } from "./genotype.ts";

export interface EvaluationSize extends NetworkSize {
  /** Whether there is an auxiliary head; no when left out. */
  readonly auxiliary?: boolean;
}

export interface EvaluationInputs extends NetworkInputs {
  /**
   * Drop-path: [dropPaths, N], for each droppable operation and sample 0 or 1/(keep probability). Rows are in
   * the order of cells and of the genotype's edges. Nothing is dropped when it is left out.
   */
  readonly dropPath?: Node | undefined;
}

export interface EvaluationOutputs extends NetworkOutputs {
  /** Dense [classes, N], of the auxiliary head if there is one. For the training loss; nothing else needs it. */
  readonly auxiliaryLogits?: Node;
}

export interface EvaluationNetwork {
  readonly genotype: Genotype;
  readonly size: EvaluationSize;
  readonly layout: Layout;
  /** Rows of the drop-path input: all operations but the identities. */
  readonly dropPaths: number;
  /** Throws a usage error if the images do not fit the reductions or the auxiliary head. */
  build(inputs: EvaluationInputs): EvaluationOutputs;
}

/** The network of `genotype`. Throws a usage error for sizes that are not positive whole numbers. */
export function evaluationNetwork(genotype: Genotype, size: EvaluationSize): EvaluationNetwork {
  checkSize(size);
  const images = input("images", [size.imageChannels ?? 3, 1, 32, 32]);
  const layout = describe((scope) => forward(scope, genotype, size, { images }));
  return {
    genotype,
    size,
    layout,
    dropPaths: stackCells(size.layers, size.channels)
      .flatMap(({ type }) => genotype[type].filter(([name, from]) => droppable(name, edgeStride(type, from))))
      .length,
    build: (inputs) => buildOn(inputs, layout, (scope) => forward(scope, genotype, size, inputs)),
  };
}

/** Drop-path spares the identity, so that a sample always has a way through. */
const droppable = (operation: string, stride: number): boolean =>
  operation !== "skip_connect" || stride === 2;

function forward(
  scope: Scope,
  genotype: Genotype,
  { channels, layers, classes, auxiliary = false }: EvaluationSize,
  { images, dropPath }: { images: Node; dropPath?: Node | undefined },
): Omit<EvaluationOutputs, "moments"> {
  const nextDrop = rowsOf(dropPath);
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
  readonly genotype: Genotype;
  readonly cell: StackedCell;
  readonly before: readonly [Node, Node];
  readonly nextDrop: () => Node | undefined;
}

/** A cell with the operations of its genotype; each node adds two of them. */
function chosenCell(scope: Scope, { genotype, cell, before, nextDrop }: ChosenCell): Node {
  const edges = genotype[cell.type];
  const nodes: Node[] = preprocess(scope, before, cell, true);
  const outputs: Affine[] = [];
  edges.forEach(([name, from], e) => {
    const stride = edgeStride(cell.type, from);
    const output = candidates[name](scope.child(`_ops.${e}`), nodes[from]!, { stride, mixed: false })!;
    const drop = droppable(name, stride) ? nextDrop() : undefined;
    outputs.push(drop ? { x: sampleScale(apply(output), drop) } : output);
    if (e % 2 === 1) nodes.push(weightedSum(outputs.slice(-2).map((value) => ({ value }))));
  });
  return concatChannels(genotype[`${cell.type}_concat`].map((node) => nodes[node]!));
}
