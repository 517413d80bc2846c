/**
 * DARTS-ADA (Zela et al. 2020, algorithm 1): DARTS, second order, that goes back to before the dominant eigenvalue
 * grew, and on with a stronger L2 penalty on the weights, until that has reached its maximum.
 */
import { darts } from "./darts.ts";
import { eigenvalueRule, ruleTooLate, stopEpoch } from "./eigenvalue_stop.ts";
import type { MethodWith } from "./method.ts";
import { setting } from "../setting.ts";

export const dartsAda: MethodWith<typeof eigenvalueRule> = {
  ...darts,
  name: "darts-ada",
  summary: "DARTS that rolls back and regularises more when the dominant eigenvalue grows",
  groups: eigenvalueRule,
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
