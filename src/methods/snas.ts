/**
 * SNAS (Xie, Zheng, Liu & Lin 2019): a relaxed one-hot draw of every edge, shared by all cells of a type, of which
 * weights and alphas go down the training loss in one step (section 2.3). The raw alphas are the paper's log α. They
 * are moved by Adam, as in the public code's distributed version (the other one has plain SGD); without the optional
 * penalty on resources. Both move on the half of the images that trains the weights; the other half only evaluates.
 *
 * Where nothing may be left to chance the noise is zero. The paper takes the argmax of every edge, `none` included, and
 * does not limit a node's edges; its published cells have two a node, as all cells of the DARTS spaces here: those are
 * found by the spaces' own rule, the two best edges of each node and on them the best operation other than `none`. In
 * NAS-Bench-201 the space's rule is the paper's.
 */
import { mapMatrices } from "../network/alphas.ts";
import { linear, ramp } from "../optim/schedules.ts";
import { gumbelNoise, relaxedSample } from "../search/gumbel.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";

export const snas: Method = {
  ...darts,
  name: "snas",
  summary: "draws the mixing vector of every pass, and trains weights and alphas in one step",
  source: { ...papers.snas, section: "section 2.3" },
  deviations: [
    "The paper's penalty on resources is left out.",
    "The alphas are trained with Adam, as in the distributed version of the public code; its other version uses SGD.",
    "On DARTS cells, each node keeps two edges and no operation `none`, by the rule of DARTS. The paper takes the " +
    "strongest operation of every edge.",
  ],
  published: () => ({ epochs: 150, batch: 64, searchDropPath: 0.3 }),
  stepOrder: () => "joint",
  start: { mean: 1, deviation: 0.01 },
  numbers: (_, epoch, epochs) => ({ temperature: linear(1, 0.03, ramp(epoch, epochs)) }),
  sample: (_, { alphas, layout, key, numbers: { temperature } }) =>
    mapMatrices(
      alphas,
      layout,
      (matrix, m) => relaxedSample(matrix, key && gumbelNoise(key, m, matrix.shape), temperature!),
    ),
};
