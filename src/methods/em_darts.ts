/**
 * EM-DARTS (edge mutation; submitted to ICLR 2025 without code, openreview.net/forum?id=JrhAsf4xNH): the weights are
 * trained at the softmax of the alphas, where each edge has, with a probability that grows over the search, one
 * parametric operation instead.
 */
import { real } from "../fields.ts";
import type { Node } from "../graph/node.ts";
import { add, affine, clamp, constant, mul, sign, softmax, sub, uniformNoise } from "../graph/ops/mod.ts";
import { mapMatrices, type PlacedMatrix } from "../network/alphas.ts";
import { parameterFree } from "../nn/operation_names.ts";
import { largestOfRows } from "../search/gumbel.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";

const groups = {
  "Edge mutation (em-darts)": {
    mutation: real("probability by the end of the search that an edge is mutated", { min: 0, max: 1 })
      .default(0.2),
  },
};

/** For each row, one where a choice is an operation with parameters: 0 to 1, [rows, choices]. */
const parametric = ({ rows, shape: [, columns] }: PlacedMatrix): Float32Array[] =>
  rows.map(({ choices }) =>
    Float32Array.from(
      { length: columns },
      (_, k) => Number(!(parameterFree as readonly string[]).includes(choices[k]!)),
    )
  );

/** Some rows of mixing weights in the place of others: `which` is [rows, 1], one where `there` is taken. */
const mixed = (which: Node, there: Node, here: Node): Node =>
  add(mul(which, there), mul(affine(which, -1, 1), here));

/** Its probabilities on the small DARTS spaces, for CIFAR-10; on the whole one it is 0.125. */
const mutationOnCells: Readonly<Record<string, number>> = { s1: 0.2, s2: 0.25, s3: 0.2, s4: 0.2 };

export const emDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "em-darts",
  summary: "trains the weights with some edges set to a convolution by chance, more and more of them",
  source: undefined,
  deviations: [
    "Its paper is a submission to ICLR 2025 (openreview.net/forum?id=JrhAsf4xNH), not accepted there, without code. " +
    "Where it leaves something open, this project has chosen: one draw a step for all cells of a " +
    "type, all convolutions of an edge alike.",
    "The probability is its largest times the epoch, from 0, as a share of all.",
  ],
  groups,
  fits: ["darts", "nasbench201"],
  published: ({ kind, name }) =>
    kind === "darts"
      ? { epochs: 50, mutation: mutationOnCells[name] ?? 0.125 }
      : { epochs: 100, mutation: 0.2 },
  numbers: ({ mutation }, epoch, epochs) => ({ mutation: (mutation * epoch) / epochs }),
  perturb: (_, { alphas, layout, key, numbers: { mutation } }) =>
    mapMatrices(alphas, layout, (matrix, m) => {
      const placed = layout.matrices[m]!;
      const [rows, columns] = placed.shape;
      const allowed = parametric(placed);
      const some = Float32Array.from(allowed, (row) => Number(row.some((one) => one > 0)));
      // One where a uniform number lies below the probability: never at 0.
      const drawn = clamp(sign(sub(mutation!, uniformNoise(key, 2 * m, [rows, 1]))), 0, 1);
      const which = mul(drawn, constant(some, [rows, 1]));
      const chances = affine(uniformNoise(key, 2 * m + 1, [rows, columns]), 1, 1);
      const flat = Float32Array.from(allowed.flatMap((row) => [...row]));
      return mixed(which, largestOfRows(mul(chances, constant(flat, [rows, columns]))), softmax(matrix, 1));
    }),
};
