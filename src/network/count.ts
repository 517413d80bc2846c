/** Sizes of networks as papers report them: parameters, and multiply-adds of one image. */
import { elements, type Node } from "../graph/node.ts";
import { input } from "../graph/ops/mod.ts";
import { countParameters } from "../nn/state_dict.ts";
import type { Space } from "../spaces/mod.ts";
import { evaluationNetwork } from "./evaluation.ts";
import { familyOf } from "./families.ts";
import type { NetworkSize } from "./frame.ts";
import type { Genotype } from "./genotype.ts";
import { type Supernet, supernet } from "./supernet.ts";
import type { SupernetVariant } from "./variant.ts";

/** The size of a found network, as papers report it. */
export interface NetworkCount {
  /** Without the auxiliary head. */
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
}

/** Counts the network of a genotype, on images of so many pixels: 32 and as high as wide when left out. */
export function countNetwork(
  genotype: Genotype,
  size: NetworkSize,
  height = 32,
  width = height,
): NetworkCount {
  const { layout, build } = evaluationNetwork(genotype, size);
  const { logits, moments } = build({
    images: input("images", [size.imageChannels ?? 3, 1, height, width]),
    parameters: input("parameters", [layout.parameterFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    mode: "train",
  });
  // The moments reach what a genotype computes without using it, which counts too.
  return { parameters: countParameters(layout), macs: multiplyAdds([logits, ...moments]) };
}

/** The size of a supernet. */
export interface SupernetCount {
  /** Without the architecture parameters. */
  readonly parameters: number;
  /** Architecture parameters. */
  readonly alphas: number;
}

/** Counts a supernet. Throws what {@link supernet} throws. */
export function countSupernet(
  space: Space,
  size: NetworkSize,
  variant: SupernetVariant = {},
): SupernetCount {
  const { layout, alphas } = supernet(space, size, variant);
  return { parameters: countParameters(layout), alphas: alphas.count };
}

/**
 * Multiply-adds of one image of that height and width through a supernet.
 *
 * @param numbers names of those that its method sets each epoch
 */
export function supernetMacs(
  { size, layout, alphas, build }: Supernet,
  { height, width }: { readonly height: number; readonly width: number },
  numbers: readonly string[] = [],
): number {
  const { logits } = build({
    images: input("images", [size.imageChannels ?? 3, 1, height, width]),
    parameters: input("parameters", [layout.parameterFloats]),
    mixing: input("mixing", [alphas.floats]),
    noiseKey: input("noiseKey", [2], "u32"),
    numbers: Object.fromEntries(numbers.map((name) => [name, input(name, [1])])),
    mode: "train",
  });
  return multiplyAdds([logits]);
}

/** How many cells a space has, by what is counted; nothing where they are too many to go through. */
export const countCells = (space: Space): Readonly<Record<string, number>> =>
  familyOf(space).cellCounts?.(space) ?? {};

/** Multiply-adds of an operation for each of its outputs; operations that are not here count as none. */
const perOutput: Readonly<Record<string, (weights: Node) => number>> = {
  convolution: (filters) => filters.shape[1]!,
  depthwise: (filters) => filters.shape[1]!,
  pointwise: (matrix) => matrix.shape[1]!,
  // Matrix products only stand in linear layers here, whose bias counts as one more.
  matmul: (matrix) => matrix.shape[1]! + 1,
};

/**
 * Multiply-adds of a graph by the convention of the field: convolutions and linear layers; no BatchNorm, no
 * pooling, no sums.
 */
function multiplyAdds(roots: readonly Node[]): number {
  const seen = new Set<Node>();
  const open = [...roots];
  let total = 0;
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...node.inputs);
    const weights = node.inputs.find((x) => x.shape.length === 2);
    if (weights) total += elements(node.shape) * (perOutput[node.op.name]?.(weights) ?? 0);
  }
  return total;
}
