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
import { asSmoothDarts, ownClip } from "./published.ts";

/** Where the help has the settings of perturbations. */
export const perturbing = "Perturbation (ms-darts, sdarts-rs, sdarts-adv)";
export const perturbation = {
  [perturbing]: {
    epsilon: real(
      "radius of the perturbation (where it ramps, what it grows towards); by default 0.25, of sdarts-rs and sdarts-adv 0.3",
      { min: 0, max: 1 },
    ).optional(),
  },
};

/** A deviation of all methods that score points of a perturbation. */
export const oneDraw =
  "The operation noise of S4 is drawn once for all points of a perturbation; the original draws it anew in each pass.";

/** The radius in the first epoch, and what it rises to. */
const [smallest, largest] = [0.03, 0.3];

export const sdartsRs: MethodWith<typeof perturbation> = {
  ...darts,
  name: "sdarts-rs",
  summary: "trains the weights at random points around the softmax of the alphas",
  source: papers.smoothDarts,
  deviations: [oneDraw, ownClip],
  groups: perturbation,
  published: ({ kind }) => (kind === "darts" ? { epochs: 50 } : { ...asSmoothDarts, epochs: 100 }),
  epsilon: largest,
  numbers: ({ epsilon = largest }, epoch, epochs) => ({ epsilon: linear(smallest, epsilon, epoch / epochs) }),
  perturb: (_, { alphas, layout, key, numbers: { epsilon } }) =>
    projectMixing(add(softmaxRows(alphas, layout), cubeNoise(key, 0, layout, epsilon!)), layout),
};
