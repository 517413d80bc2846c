/**
 * DARTS-ES (Zela et al. 2020): DARTS, second order, that stops early where the dominant eigenvalue grows, and returns
 * the cell from before it grew.
 */
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import { eigenvalueRule, ruleTooLate, stopEpoch } from "./eigenvalue_stop.ts";
import type { MethodWith } from "./method.ts";

export const dartsEs: MethodWith<typeof eigenvalueRule> = {
  ...darts,
  name: "darts-es",
  summary:
    "stops when the dominant eigenvalue of the alphas' Hessian grows, with the cell from before it grew",
  source: { ...papers.robustDarts, section: "section 4.3" },
  deviations: [],
  groups: eigenvalueRule,
  order: 2,
  foresee: (settings, { epochs }) => ruleTooLate(settings, epochs),
  strategy: {
    kind: "gradient",
    watch: (settings, series, { epochs }) => {
      const epoch = stopEpoch(series, settings, epochs);
      return epoch === undefined ? { kind: "continue" } : { kind: "stop", epoch };
    },
  },
};
