/** DARTS (Liu, Simonyan & Yang 2019): the weights are trained at the softmax of the alphas. */
import { softmaxRows } from "../network/alphas.ts";
import { adamOfDarts } from "../optim/adam.ts";
import { softmax } from "../softmax.ts";
import type { Method } from "./method.ts";

export const darts: Method = {
  name: "darts",
  summary: "DARTS, first order by default",
  published: ({ kind }) => (kind === "darts" ? { epochs: 50 } : {}),
  warmup: () => 0,
  order: 1,
  cutout: () => 0,
  cutoutProbability: () => 1,
  strategy: { kind: "gradient" },
  stepOrder: () => "alphas first",
  adam: adamOfDarts,
  start: { mean: 0, deviation: 1e-3 },
  variant: () => ({}),
  numbers: () => ({}),
  relaxation: { graph: softmaxRows, row: softmax },
};
