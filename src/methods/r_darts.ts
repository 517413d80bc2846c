/**
 * R-DARTS (Zela et al. 2020, section 5): DARTS, second order, searched several times with different regularisation, of
 * which the best cell is kept. DP regularises by drop-path on the mixed operations and by cutout, L2 by the penalty
 * on the weights. The grids are the paper's; how the best is told is not published in full, see the
 * deviations.
 */
import { whole } from "../fields.ts";
import { ramp } from "../optim/schedules.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";

const groups = {
  "Several searches (r-darts-dp, r-darts-l2)": {
    searchSeeds: whole(
      `seeds of each of the method's settings: those of no run with another ${setting("seed")}`,
      {
        min: 1,
        max: 100,
      },
    ).default(
      3,
    ),
    selectEpochs: whole(
      `epochs each found cell is trained before the best is chosen; by default a tenth of ${
        setting("evalEpochs")
      }; 0 compares ` +
        "the supernets instead",
      { min: 0 },
    ).optional(),
  },
};

const choosing = [
  "The paper does not fully say how the best cell is chosen. Here each found cell is trained for " +
  `${
    setting("selectEpochs")
  } epochs on the weight half of the images, and the one with the best accuracy on the ` +
  "validation images is kept.",
];

export const rDartsDp: MethodWith<typeof groups> = {
  ...darts,
  name: "r-darts-dp",
  summary: "best of several DARTS searches with more and more drop-path and cutout",
  source: { ...papers.robustDarts, section: "section 5" },
  deviations: choosing,
  groups,
  order: 2,
  cutout: () => 16,
  cutoutProbability: ramp,
  strategy: {
    kind: "best of",
    searches: ({ cutout }) =>
      [0, 0.2, 0.4, 0.6].map((searchDropPath) => ({
        searchDropPath,
        cutout: searchDropPath === 0 ? 0 : cutout,
      })),
  },
};

export const rDartsL2: MethodWith<typeof groups> = {
  ...darts,
  name: "r-darts-l2",
  summary: "best of several DARTS searches with a larger and larger L2 penalty on the weights",
  source: { ...papers.robustDarts, section: "section 5" },
  deviations: choosing,
  groups,
  order: 2,
  strategy: {
    kind: "best of",
    searches: () => [3e-4, 9e-4, 27e-4, 81e-4, 243e-4].map((weightDecay) => ({ weightDecay })),
  },
};
