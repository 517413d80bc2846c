/** DARTS (Liu, Simonyan & Yang 2019): the weights are trained at the softmax of the alphas. */
import { softmaxRows } from "../network/alphas.ts";
import { softmax } from "../softmax.ts";
import { spaceByName } from "../spaces/mod.ts";
import type { Method } from "./method.ts";

export const darts: Method = {
  name: "darts",
  summary: "DARTS, first order by default",
  published: ({ space }) => (spaceByName(String(space)).kind === "darts" ? { epochs: 50 } : {}),
  warmup: () => 0,
  order: 1,
  cutout: () => 0,
  cutoutProbability: () => 1,
  turn: () => "alphas first",
  adam: { beta1: 0.5, beta2: 0.999 },
  start: { mean: 0, deviation: 1e-3 },
  variant: () => ({}),
  numbers: () => ({}),
  relax: (_, { alphas, layout }) => softmaxRows(alphas, layout),
  relaxRow: softmax,
};
