/**
 * DARTS-ADA (Zela et al. 2020, algorithm 1): DARTS, second order, that goes back to before the dominant eigenvalue
 * grew, and on with a stronger L2 penalty on the weights, until that has reached its maximum.
 */
import { keysOf } from "../fields.ts";
import { darts } from "./darts.ts";
import { ruleTooLate, stopEpoch, stopFields, type StopSettings } from "./eigenvalue_stop.ts";
import type { Method } from "./method.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";

export const dartsAda: Method<StopSettings> = {
  ...darts,
  name: "darts-ada",
  summary: "goes back when the dominant eigenvalue grows, and on with a larger L2 penalty on the weights",
  source: { ...papers.robustDarts, section: "algorithm 1" },
  deviations: [],
  settings: keysOf(stopFields),
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
