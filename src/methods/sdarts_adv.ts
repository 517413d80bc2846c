/**
 * SDARTS-ADV (SmoothDARTS, Chen & Hsieh 2020): the weights are trained where the training loss is large
 * around the softmax of the alphas, which a few steps of projected gradient ascent (L∞ PGD) find.
 */
import { whole } from "../fields.ts";
import { softmaxRows } from "../network/alphas.ts";
import { cubeNoise, signAscent } from "../search/perturbation.ts";
import type { MethodWith } from "./method.ts";
import { perturbation, perturbing, sdartsRs } from "./sdarts_rs.ts";

const groups = {
  [perturbing]: {
    ...perturbation[perturbing],
    ascentSteps: whole("steps of sdarts-adv's ascent", { min: 1, max: 100 }).default(7),
  },
};

export const sdartsAdv: MethodWith<typeof groups> = {
  ...sdartsRs,
  name: "sdarts-adv",
  summary: "trains the weights where the training loss around the softmax of the alphas is large",
  groups,
  perturb: ({ ascentSteps }, { alphas, layout, key, loss, numbers: { epsilon } }) =>
    signAscent(softmaxRows(alphas, layout), {
      layout,
      displacement: cubeNoise(key, 0, layout, epsilon!),
      epsilon: epsilon!,
      steps: ascentSteps,
      loss: (mixing) => loss(mixing, "train"),
    }),
};
