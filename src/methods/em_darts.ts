/**
 * EM-DARTS (edge mutation; submitted to ICLR 2025 without code, openreview.net/forum?id=JrhAsf4xNH): the weights are
 * trained at the softmax of the alphas, where each edge has, with a probability that grows over the search, one
 * parametric operation instead.
 */
import { real } from "../fields.ts";
import { affine, clamp, constant, mul, sign, softmax, sub, uniformNoise, where } from "../graph/ops/mod.ts";
import { mapMatrices, type PlacedMatrix } from "../network/alphas.ts";
import { parameterFree } from "../nn/operation_names.ts";
import { largestOfRows } from "../search/gumbel.ts";
import { setting } from "../setting.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { asSmoothDarts } from "./published.ts";

const groups = {
  "Edge mutation (em-darts)": {
    mutation: real("probability by the end of the search that an edge is mutated", { min: 0, max: 1 })
      .default(0.2),
  },
};

/** For each row, one where a choice is an operation with parameters and zero elsewhere. */
const parametric = ({ rows, shape: [, columns] }: PlacedMatrix): Float32Array[] =>
  rows.map(({ choices }) =>
    Float32Array.from(
      { length: columns },
      (_, k) => Number(!(parameterFree as readonly string[]).includes(choices[k]!)),
    )
  );

/** Its probabilities on the small DARTS spaces, for CIFAR-10; on the whole one it is 0.125. */
const mutationOnCells: Readonly<Record<string, number>> = { s1: 0.2, s2: 0.25, s3: 0.2, s4: 0.2 };

export const emDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "em-darts",
  summary: "trains the weights with some edges set to a convolution by chance, more and more of them",
  source: undefined,
  deviations: [
    "Its paper is a submission to ICLR 2025 (openreview.net/forum?id=JrhAsf4xNH), not accepted there, without code. " +
    "Where it leaves something open, this project has chosen: one draw a step for all cells of a type, with the same " +
    "chance for each operation of an edge that has parameters; an edge without one is never mutated.",
    `In epoch e of E, from 0, the probability is ${
      setting("mutation")
    } times e/E. Whether the paper means that or e/(E − 1) is open.`,
    "The paper does not tell how the weights are trained on NAS-Bench-201: here as in SDARTS, which perturbs the mixing " +
    "weights in the same place. On S1 to S4 the probabilities are those of its searches of CIFAR-10, for all images.",
  ],
  groups,
  fits: ["darts", "nasbench201"],
  published: ({ kind, name }) =>
    kind === "darts"
      ? { epochs: 50, mutation: mutationOnCells[name] ?? 0.125 }
      : { ...asSmoothDarts, epochs: 100, mutation: 0.2 },
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
      return where(which, largestOfRows(mul(chances, constant(flat, [rows, columns]))), softmax(matrix, 1));
    }),
};
