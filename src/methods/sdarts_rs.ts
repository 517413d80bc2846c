/**
 * SDARTS-RS (SmoothDARTS, Chen & Hsieh 2020): the weights are trained at a random point around the
 * softmax of the alphas, so that the loss becomes flat there.
 */
import { real } from "../fields.ts";
import { add } from "../graph/ops/mod.ts";
import { softmaxRows } from "../network/alphas.ts";
import { linear } from "../optim/schedules.ts";
import { cubeNoise, projectMixing } from "../search/perturbation.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";

/** Where the help has the settings of perturbations. */
export const perturbing = "Perturbation (ms-darts, sdarts-rs, sdarts-adv)";
export const perturbation = {
  [perturbing]: {
    epsilon: real(
      "radius of the perturbation (the last epoch's, where it ramps); by default 0.25, of sdarts-rs and sdarts-adv 0.3",
      { min: 0, max: 1 },
    ).optional(),
  },
};

/** The radius in the first epoch, and what it rises to. */
const [smallest, largest] = [0.03, 0.3];

export const sdartsRs: MethodWith<typeof perturbation> = {
  ...darts,
  name: "sdarts-rs",
  summary: "trains the weights at random points around the softmax of the alphas",
  source: papers.smoothDarts,
  deviations: [],
  groups: perturbation,
  published: ({ kind }) => ({ epochs: kind === "darts" ? 50 : 100 }),
  epsilon: largest,
  numbers: ({ epsilon = largest }, epoch, epochs) => ({ epsilon: linear(smallest, epsilon, epoch / epochs) }),
  perturb: (_, { alphas, layout, key, numbers: { epsilon } }) =>
    projectMixing(add(softmaxRows(alphas, layout), cubeNoise(key, 0, layout, epsilon!)), layout),
};
