/**
 * DrNAS (Chen et al. 2021): the mixing weights of an edge are drawn from a Dirichlet distribution in every pass of both
 * steps, one draw for all cells of a type, and the alphas, which stand for its concentrations, follow the pathwise
 * gradient. Where nothing may be left to chance, the edge has the distribution's mean.
 */
import type { Node } from "../graph/node.ts";
import {
  add,
  affine,
  clamp,
  dirichlet,
  div,
  exp,
  gammaStreams,
  mul,
  sign,
  stopGradient,
  sum,
} from "../graph/ops/mod.ts";
import { mapMatrices } from "../network/alphas.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";
import { asSmoothDarts, ownClip } from "./published.ts";

/** ELU(α) + 1: e^α up to 0, and 1 + α above. */
function concentration(alphas: Node): Node {
  const above = stopGradient(clamp(sign(alphas), 0, 1));
  return add(exp(mul(alphas, affine(above, -1, 1))), mul(alphas, above));
}

/** Of all versions of it. */
export const drnasDeviations: readonly string[] = [
  "The supernet is evaluated at the mean of the distributions; in the public code at a draw.",
  "On DARTS cells an edge may not end as `none`, by the rule of DARTS. The paper's DARTS space does not have `none`.",
  ownClip,
];

export const drnas: Method = {
  ...darts,
  name: "drnas",
  summary:
    "draws the mixing weights of every pass from Dirichlet distributions, whose concentrations it learns",
  source: papers.drnas,
  deviations: [
    ...drnasDeviations,
    "On DARTS cells the learning rates are those of the paper's progressive search, which is `drnas-progressive` here.",
  ],
  fits: ["darts", "nasbench201"],
  published: ({ kind }) =>
    kind === "darts" ? { epochs: 50, lr: 0.1, lrMin: 0, archLr: 6e-4 } : { ...asSmoothDarts, epochs: 100 },
  sample: (_, { alphas, layout, key }) =>
    mapMatrices(alphas, layout, (matrix, m) => {
      const rows = concentration(matrix);
      return key ? dirichlet(rows, key, m * gammaStreams) : div(rows, sum(rows, [1]));
    }),
};
