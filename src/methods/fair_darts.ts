/**
 * Fair DARTS (Chu et al. 2020): the operations of an edge do not compete, each has the sigmoid of its alpha; a loss
 * drives these to 0 or 1, and every edge is kept whose best operation has passed a threshold.
 */
import { oneOf, real } from "../fields.ts";
import { abs, addAll, affine, scale, sigmoid, square, sum } from "../graph/ops/mod.ts";
import { mapMatrices, matricesOf } from "../network/alphas.ts";
import { discretize } from "../network/darts/discretize.ts";
import { adamOfAlphas } from "../search/alpha_optimiser.ts";
import type { DartsSpace } from "../spaces/mod.ts";
import { darts } from "./darts.ts";
import type { Ahead, MethodWith } from "./method.ts";
import { reachOf, rounded, toReach } from "./reach.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";

const groups = {
  "Sigmoids (fair-darts)": {
    zeroOneWeight: real("weight of the loss that drives the sigmoids to 0 or 1", { min: 0 }).default(10),
    zeroOneLoss: oneOf(["l2", "l1"], "squared or absolute distance from 0.5, which that loss enlarges")
      .default("l2"),
    edgeThreshold: real("sigmoid from which an edge is kept, of at most two a node", { min: 0, max: 1 })
      .default(0.85),
  },
};

/** To two digits, so that what has it as its limit passes. */
const floored = (share: number): number => Math.floor(100 * share) / 100;

/** A warning where no sigmoid can reach the threshold. */
function outOfReach(edgeThreshold: number, ahead: Ahead): string | undefined {
  if (edgeThreshold === 1) {
    return `No sigmoid reaches ${setting("edgeThreshold")} 1, so no cell will have an edge; lower it.`;
  }
  const wanted = Math.log(edgeThreshold / (1 - edgeThreshold));
  const { words, distance } = reachOf(ahead);
  if (distance >= wanted) return undefined;
  return `An edge is kept from a sigmoid of ${edgeThreshold} (${setting("edgeThreshold")}), an alpha of ${
    rounded(wanted)
  }; ` +
    `from 0, Adam comes to about ${rounded(distance)} in ${words}: ` +
    `the cells are likely to end without an edge. ${toReach(wanted, ahead)}, ` +
    `or ${setting("edgeThreshold")} ${floored(sigmoidOf(distance))}.`;
}

const sigmoidOf = (alpha: number): number => 1 / (1 + Math.exp(-alpha));

export const fairDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "fair-darts",
  summary:
    "has sigmoids in place of softmaxes, and keeps the edges of a node, at most two, above a threshold",
  source: papers.fairDarts,
  deviations: [
    "The paper's edges have 7 operations, all but `none`. They are here those of the space, on S5 with `none`.",
  ],
  groups,
  fits: ["darts"],
  published: () => ({ epochs: 50, batch: 128, lr: 0.005, archLr: 3e-3 }),
  optimiser: adamOfAlphas({ beta1: 0.9, beta2: 0.999 }),
  start: { mean: 0, deviation: 0 },
  scales: { alphas: ["zeroOneWeight"] },
  relaxation: {
    graph: (alphas, layout) => mapMatrices(alphas, layout, sigmoid),
    row: (row) => row.map(sigmoidOf),
  },
  // The paper's zero-one loss, and the L1 it compares that with: minus the mean distance from 0.5 over all alphas.
  penalty: ({ zeroOneWeight, zeroOneLoss }, { alphas, layout }) => {
    const distance = zeroOneLoss === "l2" ? square : abs;
    const sums = matricesOf(alphas, layout).map((a) => sum(distance(affine(sigmoid(a), 1, -0.5))));
    return scale(addAll(sums), -zeroOneWeight / layout.count);
  },
  // A space of the kind it fits.
  discretize: ({ edgeThreshold }, weights, space) => discretize(weights, space as DartsSpace, edgeThreshold),
  foresee: ({ edgeThreshold }, ahead) =>
    [outOfReach(edgeThreshold, ahead)].filter((note) => note !== undefined),
  emptied: ({ edgeThreshold }, rows) => {
    const largest = Math.max(...rows.flat());
    return `Its largest sigmoid is ${Math.floor(1e4 * largest) / 1e4}, and an edge is kept from ${
      setting("edgeThreshold")
    } ` +
      `${edgeThreshold}; a larger ${setting("archLr")}, more ${setting("epochs")} or ${
        setting("edgeThreshold")
      } ${floored(largest)} keeps some.`;
  },
};
