/**
 * SDARTS-ADV (SmoothDARTS, Chen & Hsieh 2020): the weights are trained where the training loss is large
 * around the softmax of the alphas, which a few steps of projected gradient ascent (L∞ PGD) find.
 */
import { softmaxRows } from "../network/alphas.ts";
import { cubeNoise, signAscent } from "../search/perturbation.ts";
import type { MethodWith } from "./method.ts";
import { type perturbation, sdartsRs } from "./sdarts_rs.ts";

export const sdartsAdv: MethodWith<typeof perturbation> = {
  ...sdartsRs,
  name: "sdarts-adv",
  summary: "SmoothDARTS: weights trained where the loss around the alphas is large",
  perturb: ({ ascentSteps }, { alphas, layout, key, loss, numbers: { epsilon } }) =>
    signAscent(softmaxRows(alphas, layout), {
      layout,
      displacement: cubeNoise(key, 0, layout, epsilon!),
      epsilon: epsilon!,
      steps: ascentSteps,
      loss: (mixing) => loss(mixing, "train"),
    }),
};
