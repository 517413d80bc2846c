/**
 * A control, no method of anybody's: the weights are trained where all operations of an edge weigh the same, whatever the
 * alphas are, which follow their gradient as in DARTS. What a method adds over it is not owed to weights that never train
 * at the alphas.
 */
import { affine } from "../graph/ops/mod.ts";
import { mapMatrices } from "../network/alphas.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";
import { sdartsRs } from "./sdarts_rs.ts";

export const uniform: Method = {
  ...darts,
  name: "uniform",
  summary: "a control: trains the weights with all operations of an edge weighed alike",
  source: undefined,
  deviations: [
    "Its settings are those of DARTS, but on NAS-Bench-201 those of SDARTS, for which it is a control.",
  ],
  published: (space, given) => (space.kind === "nasbench201" ? sdartsRs : darts).published!(space, given),
  perturb: (_, { alphas, layout }) =>
    mapMatrices(alphas, layout, (matrix) => affine(matrix, 0, 1 / matrix.shape[1]!)),
};
