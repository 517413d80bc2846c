/** DARTS (Liu, Simonyan & Yang 2019): the weights are trained at the softmax of the alphas. */
import { softmaxRows } from "../search/alphas.ts";
import type { Method } from "./method.ts";

export const darts: Method = {
  name: "darts",
  summary: "DARTS, first order by default",
  warmup: () => 0,
  order: 1,
  cutout: () => 0,
  cutoutProbability: () => 1,
  epsilon: () => undefined,
  mixing: (_, { alphas, layout }) => softmaxRows(alphas, layout),
};
