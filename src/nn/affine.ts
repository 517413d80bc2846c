/**
 * Values that wait for their BatchNorm: scale[c]·x + bias[c]. Layers return them unapplied, so that a node of a
 * cell reads each operation's raw output once and adds all of them, weighted and normalised, in one step.
 */
import { addAll, broadcastTo, combine, mul, type Term } from "../graph/ops/mod.ts";
import type { Node } from "../graph/node.ts";

/** scale[c]·x + bias[c], not yet computed; {@link apply} makes it a feature map. */
export interface Affine {
  /** Feature map [C, N, H, W]. */
  readonly x: Node;
  /** [C]; 1 when left out. */
  readonly scale?: Node;
  /** [C]; 0 when left out. */
  readonly bias?: Node;
}

/** One summand of a node. */
export interface Weighted {
  /** What is weighted. */
  readonly value: Affine;
  /** A mixing weight [1]; 1 when left out. */
  readonly weight?: Node;
}

/** The feature map an affine value stands for. */
export const apply = (
  value: Affine,
): Node => (value.scale || value.bias ? weightedSum([{ value }]) : value.x);

/** max(·, 0) of what an affine value stands for. */
export const applyRelu = ({ x, scale, bias }: Affine): Node => combine([{ x, scale }], bias, { relu: true });

/**
 * Σ weight·(scale·x + bias) as a feature map, in one combination. Each of `shifts`, [1], is added to every element
 * besides.
 */
export function weightedSum(summands: readonly Weighted[], shifts: readonly Node[] = []): Node {
  const ownBiases = summands.flatMap(({ value: { bias }, weight }) =>
    bias ? [weight ? mul(bias, weight) : bias] : []
  );
  const channels = summands[0]!.value.x.shape[0]!;
  const biases = shifts.length > 0 ? [...ownBiases, broadcastTo(addAll(shifts), [channels])] : ownBiases;
  const terms = summands.map(({ value: { x, scale }, weight }): Term => {
    const total = weight && scale ? mul(scale, weight) : weight ? broadcastTo(weight, [channels]) : scale;
    return { x, scale: total };
  });
  return combine(terms, biases.length > 0 ? addAll(biases) : undefined);
}
