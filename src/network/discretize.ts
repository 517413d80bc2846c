/** From mixing weights to a genotype and back, by the rules of the space. */
import type { Space } from "../spaces/space.ts";
import type { AlphaLayout, AlphaRows } from "./alphas.ts";
import { familyOf } from "./families.ts";
import type { Choice } from "./family.ts";
import type { Genotype } from "./genotype.ts";
import type { SupernetVariant } from "./variant.ts";

/** The genotype of mixing weights (softmaxed alphas, most often) by the rule of the space's publication. */
export const discretize = (weights: AlphaRows, space: Space): Genotype =>
  familyOf(space).discretize(weights, space);

/** Where a genotype's choices stand among the architecture parameters. */
export const choicesOf = (
  genotype: Genotype,
  space: Space,
  variant: SupernetVariant = {},
): readonly Choice[] => familyOf(space).choices(genotype, space, variant);

/** A genotype drawn uniformly from the space. `draw(n)` is a whole number below n, another one at each call. */
export const randomGenotype = (space: Space, draw: (below: number) => number): Genotype =>
  familyOf(space).random(space, draw);

/** The mixing vector [floats] of a genotype: one for each of its choices, zero for all others. */
export const discreteMixing = (
  genotype: Genotype,
  space: Space,
  layout: AlphaLayout,
  variant: SupernetVariant = {},
): Float32Array => mixingOf(choicesOf(genotype, space, variant), layout);

/** The mixing vector [floats] of an architecture drawn uniformly for training. `draw` as above. */
export const sampledMixing = (
  space: Space,
  layout: AlphaLayout,
  draw: (below: number) => number,
): Float32Array => mixingOf(familyOf(space).sample(space, draw), layout);

function mixingOf(choices: readonly Choice[], { matrices, floats }: AlphaLayout): Float32Array {
  const mixing = new Float32Array(floats);
  for (const { matrix, row, column } of choices) {
    const { offset, shape } = matrices.find(({ name }) => name === matrix)!;
    mixing[offset + row * shape[1] + column] = 1;
  }
  return mixing;
}
