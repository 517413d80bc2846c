/**
 * SDARTS-ADV (SmoothDARTS, Chen & Hsieh 2020): the weights are trained where the training loss is large
 * around the softmax of the alphas, which a few steps of projected gradient ascent (L∞ PGD) find.
 */
import { keysOf } from "../fields.ts";
import { softmaxRows } from "../network/alphas.ts";
import { cubeNoise, signAscent } from "../search/perturbation.ts";
import type { Method } from "./method.ts";
import { perturbationFields, type PerturbationSettings, sdartsRs } from "./sdarts_rs.ts";

export const sdartsAdv: Method<PerturbationSettings> = {
  ...sdartsRs,
  name: "sdarts-adv",
  summary: "trains the weights where the training loss around the softmax of the alphas is large",
  settings: keysOf(perturbationFields),
  perturb: ({ ascentSteps }, { alphas, layout, key, loss, numbers: { epsilon } }) =>
    signAscent(softmaxRows(alphas, layout), {
      layout,
      displacement: cubeNoise(key, 0, layout, epsilon!),
      epsilon: epsilon!,
      steps: ascentSteps,
      loss: (mixing) => loss(mixing, "train"),
    }),
};
