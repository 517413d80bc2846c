/**
 * The supernet of NAS-Bench-1Shot1: three stacks of equal cells, each a row of choice blocks. Source: Zela, Siems &
 * Hutter, ICLR 2020, section 3, and its public code, whose two surprises are settings of the space: BatchNorms take
 * TensorFlow's momentum of 0.997 for PyTorch's, and the pooling between the stacks pads.
 */
import type { Node } from "../../graph/node.ts";
import { broadcastTo, combine, concatChannels, maxPool, pack } from "../../graph/ops/mod.ts";
import { type Affine, apply, type Weighted, weightedSum } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import { convBnRelu, reluConvBn } from "../../nn/layers.ts";
import type { Scope } from "../../nn/scope.ts";
import { inputsMatrix, type NasBench1Shot1Space } from "../../spaces/nasbench1shot1.ts";
import { stackOf, startsStack } from "../../spaces/stack.ts";
import type { Choice, MixingWeights, RowWeights, SupernetOf, SupernetParts } from "../family.ts";
import { classifier } from "../frame.ts";
import { mixedNode } from "../mixed_node.ts";
import type { SupernetVariant } from "../variant.ts";

/** Logits [classes, N]; the scope collects everything else. */
export function supernetLogits(
  scope: Scope,
  { space, size: { channels, layers, classes }, variant }: SupernetOf<NasBench1Shot1Space>,
  { images, weights, undrawn, nextDrop, shown }: SupernetParts,
): Node {
  const { poolPadding: pad, batchNormMomentum: momentum } = space;
  let x = convBnRelu(scope.child("stem"), images, { channels, kernel: 3, momentum });
  for (let c = 0; c < layers; c++) {
    if (startsStack(c, layers)) x = maxPool(x, { kernel: 2, stride: 2, pad });
    x = cell(scope.child(`cells.${c}`), x, {
      space,
      variant,
      channels: channels * 2 ** stackOf(c, layers),
      weights: weights(c),
      undrawn: undrawn(c),
      nextDrop,
      shown: shown.bind(undefined, c),
    });
  }
  const width = channels * 2 ** stackOf(layers - 1, layers);
  return classifier(scope, apply(reluConvBn(scope.child("postprocess"), x, width, false)), classes);
}

interface CellParts {
  readonly space: NasBench1Shot1Space;
  readonly variant: SupernetVariant;
  /** Of a block's output; the cell's has as many for every block. */
  readonly channels: number;
  readonly weights: MixingWeights;
  readonly undrawn: RowWeights | undefined;
  readonly nextDrop: () => Node | undefined;
  readonly shown: (place: Choice, output: Affine) => void;
}

/** A cell: its blocks side by side, each weighted by the output's row, and the projected input, weighted as well. */
function cell(scope: Scope, x: Node, parts: CellParts): Node {
  const { space, channels, weights } = parts;
  const project = (i: number, width: number): Node =>
    convBnRelu(scope.child(`_input_projections.${i}`), x, {
      channels: width,
      kernel: 1,
      momentum: space.batchNormMomentum,
    });
  const blocks: Node[] = [];
  space.parents.forEach((_, i) => {
    const states = [project(i, channels), ...blocks];
    const own = weights[inputsMatrix(space, i + 1) ?? ""]?.[0];
    const sum = weightedSum(
      states.map((x, j): Weighted => ({ value: { x }, ...(own && { weight: own[j]! }) })),
    );
    blocks.push(choiceBlock(scope, sum, i, parts));
  });
  const width = channels * blocks.length;
  const [input, ...shares] = weights["output"]![0]! as [Node, ...Node[]];
  const scales = shares.map((share) => broadcastTo(share, [channels]));
  return combine([
    { x: project(blocks.length, width), scale: broadcastTo(input, [width]) },
    { x: concatChannels(blocks), scale: pack(scales, scales.map((_, i) => i * channels), [width]) },
  ]);
}

/** The mixed operation of block `index` (from 0) on the sum of its inputs. */
function choiceBlock(
  scope: Scope,
  x: Node,
  index: number,
  { space, variant, weights, undrawn, nextDrop, shown }: CellParts,
): Node {
  const module = scope.child(`_choice_blocks.${index}.mixed_op`);
  const place = { stride: 1, mixed: true, momentum: space.batchNormMomentum } as const;
  const operations = (x: Node): Weighted[] =>
    space.operations.flatMap((name, k): Weighted[] => {
      const value = candidates[name](module.child(`_ops.${k}`), x, place);
      if (!value) return [];
      shown({ matrix: "mixed_op", row: index, column: k }, value);
      return [{ value, weight: weights["mixed_op"]![index]![k]! }];
    });
  const shift = undrawn?.["mixed_op"]?.[index];
  return mixedNode(module, [{ x, stride: 1, operations, shift, drop: nextDrop() }], variant);
}
