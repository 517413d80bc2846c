/** DARTS (Liu, Simonyan & Yang 2019): the weights are trained at the softmax of the alphas. */
import { softmaxRows } from "../network/alphas.ts";
import { adamOfDarts } from "../optim/adam.ts";
import { adamOfAlphas } from "../search/alpha_optimiser.ts";
import { setting } from "../setting.ts";
import { softmax } from "../softmax.ts";
import { papers } from "../papers.ts";
import type { Method } from "./method.ts";

export const darts: Method = {
  name: "darts",
  summary: "trains the weights at the softmax of the alphas",
  source: { ...papers.darts, section: "section 2" },
  deviations: [
    `The second-order step uses exact derivatives; ${
      setting("unrolled")
    } \`fd\` takes the original's finite difference.`,
    "Both side passes of `fd` use the same drop-path and noise; the original draws new ones.",
    "On NAS-Bench-201 the weights have the settings of that benchmark's code, whose weight step comes before the " +
    "architecture step and moves the learning rate each time; here the architecture step comes first, as in DARTS, and " +
    "the learning rate moves once an epoch.",
  ],
  published: ({ kind }) => (kind === "darts" ? { epochs: 50 } : {}),
  warmup: () => 0,
  order: 1,
  cutout: () => 0,
  cutoutProbability: () => 1,
  strategy: { kind: "gradient" },
  stepOrder: () => "alphas first",
  optimiser: adamOfAlphas(adamOfDarts),
  start: { mean: 0, deviation: 1e-3 },
  variant: () => ({}),
  numbers: () => ({}),
  relaxation: { graph: softmaxRows, row: softmax },
};
