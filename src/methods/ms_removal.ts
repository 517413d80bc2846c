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
  summary: "moves the alphas by a mean shift over points that each lack one operation",
  source: undefined,
  deviations: [
    "This project's own, no publication's: MS-DARTS trains the weights at the mean shift of random points near the " +
    "alphas, and leaves the alphas to their gradient.",
    "A point weighs more the smaller its loss is; in MS-DARTS it weighs more the larger it is. The shift is taken to first " +
    "order in the losses, and there is neither a radius nor a kernel.",
    "Points are scored on the search batch, each normalised by its own statistics, and one edge is drawn in each step.",
  ],
  fits: ["darts", "nasbench201"],
  // What is missed of a supernet that is hardly trained says little of the trained one.
  warmup: (_, epochs) => Math.floor(epochs / 2),
  slope: (_, { alphas, layout, key, loss }) =>
    removalSlope(softmaxRows(alphas, layout), { layout, key, loss }),
};
