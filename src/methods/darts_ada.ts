/**
 * DARTS-ADA (Zela et al. 2020, algorithm 1): DARTS, second order, that goes back to before the dominant eigenvalue
 * grew, and on with a stronger L2 penalty on the weights, until that has reached its maximum.
 */
import { real } from "../fields.ts";
import { darts } from "./darts.ts";
import { eigenvalueRule, ruleTooLate, ruling, stopEpoch } from "./eigenvalue_stop.ts";
import type { MethodWith } from "./method.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";

const groups = {
  [ruling]: {
    ...eigenvalueRule[ruling],
    decayFactor: real("what darts-ada multiplies the weights' L2 penalty by", { above: 1 }).default(10),
    decayMax: real("largest L2 penalty of darts-ada", { min: 0 }).default(0.03),
  },
};

export const dartsAda: MethodWith<typeof groups> = {
  ...darts,
  name: "darts-ada",
  summary: "goes back when the dominant eigenvalue grows, and on with a larger L2 penalty on the weights",
  source: { ...papers.robustDarts, section: "algorithm 1" },
  deviations: [],
  groups,
  order: 2,
  scales: { weights: ["decayMax"] },
  foresee: (settings, { epochs, weightDecay }) =>
    weightDecay < settings.decayMax ? ruleTooLate(settings, epochs) : [
      `The L2 penalty starts at ${setting("weightDecay")} ${weightDecay} and is raised to at most ${
        setting("decayMax")
      } ` +
      `${settings.decayMax}: the search will run through; lower the one or raise the other.`,
    ],
  strategy: {
    kind: "gradient",
    watch: (settings, series, { epochs, weightDecay }) => {
      const { decayFactor, decayMax } = settings;
      const epoch = weightDecay < decayMax ? stopEpoch(series, settings, epochs) : undefined;
      if (epoch === undefined) return { kind: "continue" };
      return { kind: "rollback", epoch, weightDecay: Math.min(weightDecay * decayFactor, decayMax) };
    },
  },
};
