/**
 * P-DARTS (Chen et al. 2019): three searches in a row, each in a deeper supernet over fewer operations (search space
 * approximation, section 3.2), with dropout on skip connections and a limit to their number (regularization, section
 * 3.3). The published supernets have 5, 11 and 17 cells over 8, 5 and 3 operations. Other numbers of cells grow in that
 * proportion, and spaces of fewer operations shrink in that proportion, to no fewer than two.
 */
import { usageError } from "../errors.ts";
import { text, whole } from "../fields.ts";
import { setting } from "../setting.ts";
import { shrunkSpace, withFewSkips } from "../network/darts/shrink.ts";
import { genotypeText } from "../network/genotype.ts";
import type { DartsSpace } from "../spaces/mod.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { epochsOfStages, numbersIn, operationsOf } from "./stages.ts";
import type { SearchStage } from "./strategy.ts";

/** Edges of a cell that a genotype has. */
const mostSkips = 8;

const groups = {
  "Stages (p-darts)": {
    addedLayers: whole("cells that each stage adds to the supernet; by default 6 for 5, as published", {
      min: 0,
      max: 100,
    }).optional(),
    skipDropout: text(
      "rates",
      "rate of the dropout on skip connections that each stage starts with, as in 0.1,0.4,0.7",
    ).default("0,0,0"),
    maxSkips: whole("skip connections that the normal cell may have", { min: 0, max: mostSkips }).default(2),
  },
};

/** Of the operations of an edge, in each stage. */
const shares = [1, 5 / 8, 3 / 8];
/** The share of the epochs of a stage in which the alphas rest. */
const restingShare = 10 / 25;

/** Throws a usage error where there is not one rate for each stage. */
function ratesOf(skipDropout: string): number[] {
  const rates = numbersIn(skipDropout);
  if (rates.length === shares.length && rates.every((rate) => rate >= 0 && rate < 1)) return rates;
  throw usageError(
    `${
      setting("skipDropout")
    } is "${skipDropout}"; it needs ${shares.length} rates of at least 0 and below 1, one for each ` +
      "stage, as in 0.1,0.4,0.7.",
  );
}

/** The rate that a stage starts with; of all stages, the first. */
const startOf = (skipDropout: string): number => Number(skipDropout.split(",")[0]);

const epochsOf = (epochs: number): number[] => epochsOfStages(epochs, shares.length);

export const pDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "p-darts",
  summary: "searches in three stages, each with a deeper supernet and fewer operations",
  source: { ...papers.pDarts, section: "sections 3.2 and 3.3" },
  deviations: [
    "The paper's stages have 5, 11 and 17 cells over 8, 5 and 3 operations. Other sizes are scaled in proportion, with " +
    "at least two operations.",
    `The dropout on skip connections is 0 unless ${
      setting("skipDropout")
    } is given, as in the public code, whose example has 0.1,0.4,0.7.`,
  ],
  groups,
  strategy: {
    kind: "staged",
    stages: ({ addedLayers, skipDropout }, { epochs, layers }) => {
      const added = addedLayers ?? Math.round((6 / 5) * layers);
      const rates = ratesOf(skipDropout);
      return epochsOf(epochs).map((own, s): SearchStage => ({
        settings: { epochs: own, layers: layers + s * added, skipDropout: String(rates[s]) },
        operations: operationsOf(shares[s]!),
      }));
    },
    later: "more cells and fewer operations",
    // Spaces of the kind it fits.
    next: (space, { weights }, keep) => ({
      kind: "anew",
      space: shrunkSpace(space as DartsSpace, weights, keep),
    }),
    files: ({ maxSkips }, weights, space) => {
      const limits = Array.from({ length: mostSkips + 1 }, (_, i) => mostSkips - i);
      const cells = limits.map((most) => ({
        max_skips: most,
        genotype: genotypeText(withFewSkips(weights, space as DartsSpace, most)),
      }));
      return { "skip_limits.json": { chosen: maxSkips, cells } };
    },
  },
  fits: ["darts"],
  published: () => ({ epochs: 75, batch: 96, layers: 5, lrMin: 0, archLr: 6e-4 }),
  // Of each stage; the shortest says how many.
  warmup: (_, epochs) => Math.round(restingShare * Math.min(...epochsOf(epochs))),
  alphaClip: () => 5,
  variant: ({ skipDropout }) => ({ skipDropout: startOf(skipDropout) > 0 }),
  // The public code's: linear towards 0 while the alphas rest, and from the rate on again exponential.
  numbers: ({ skipDropout }, epoch, epochs, warmup = 0): Record<string, number> => {
    const rate = startOf(skipDropout);
    if (rate === 0) return {};
    const factor = epoch < warmup
      ? Math.max(0, epochs - epoch - 1) / epochs
      : Math.exp(-0.2 * (epoch - warmup));
    return { skip_dropout: rate * factor };
  },
  discretize: ({ maxSkips }, weights, space) => withFewSkips(weights, space as DartsSpace, maxSkips),
};
