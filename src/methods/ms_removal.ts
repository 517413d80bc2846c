/**
 * A variant of MS-DARTS of this project, no publication's: the mean shift moves the alphas themselves, over points that
 * each lack one operation of an edge, and better points weigh more. The weights are trained at the softmax of the alphas.
 */
import { softmaxRows } from "../network/alphas.ts";
import { removalSlope } from "../search/removal.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";

export const msRemoval: Method = {
  ...darts,
  name: "ms-removal",
  summary: "moves the alphas by the mean shift of points that lack one operation of an edge",
  source: undefined,
  deviations: [],
  fits: ["darts", "nasbench201"],
  warmup: (_, epochs) => Math.round(epochs / 4),
  slope: (_, { alphas, layout, key, loss }) =>
    removalSlope(softmaxRows(alphas, layout), { layout, key, loss }),
};
