/**
 * GAEA on DARTS (Li et al. 2021): the mixing weights themselves go down their loss, by exponentiated gradient, which
 * stays on the simplex. The alphas are the logarithms of these weights.
 */
import { papers } from "../papers.ts";
import { exponentiatedGradient } from "../search/alpha_optimiser.ts";
import { setting } from "../setting.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";

/** η of the paper's search of NAS-Bench-201. */
const archLr = 0.1;

export const gaea: Method = {
  ...darts,
  name: "gaea",
  summary: "moves the mixing weights by exponentiated gradient, which keeps them on the simplex",
  source: papers.gaea,
  deviations: [
    `One half of the images trains the weights, the other the alphas, as in DARTS. ${
      setting("levels")
    } \`1\` is the paper's single-level search of NAS-Bench-201, where all images train both; the presets ` +
    "`cifar10` and `cifar100` take it there.",
    "On NAS-Bench-201 the public code leaves `none` out of the operations, as the space `nasbench201-4` does.",
    "The cosine of the weights' learning rate ends with the search; in the public code, which searches for 25 epochs, it " +
    "would end after 50.",
    "The cell is that of the last epoch; in the public code that of the epoch with the best validation accuracy.",
    "An operation may become as unlikely as the gradient makes it; in the public code no mixing weight falls below 1e-5.",
    "No publication searches NAS-Bench-1Shot1 with it; it has the settings of DARTS cells there.",
    "The paper's search of DARTS cells is of PC-DARTS, with weights of the edges; here it is of DARTS, at the learning " +
    "rate of NAS-Bench-201, which is this project's choice.",
  ],
  published: ({ kind }) =>
    kind === "nasbench201"
      ? { epochs: 25, batch: 64, channels: 24, weightDecay: 3e-4, nesterov: false, archLr, levels: 1 }
      : { epochs: 50, archLr },
  start: { mean: 0, deviation: 0 },
  optimiser: exponentiatedGradient,
  archLr,
};
