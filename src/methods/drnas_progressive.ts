/**
 * DrNAS's progressive search (Chen et al. 2021, section 3.3): two stages with one state. The second one has the best
 * operations of each edge only, and sends more of the channels through them; its weights are those of the first, widened.
 */
import { usageError } from "../errors.ts";
import { text } from "../fields.ts";
import { largestChoices } from "../network/kept.ts";
import { setting } from "../setting.ts";
import type { Space } from "../spaces/mod.ts";
import { papers } from "../papers.ts";
import { drnas, drnasDeviations } from "./drnas.ts";
import type { MethodWith } from "./method.ts";
import { epochsOfStages, numbersIn, operationsOf } from "./stages.ts";
import type { SearchStage } from "./strategy.ts";

const groups = {
  "Stages (drnas-progressive)": {
    stageParts: text("parts", "one in so many channels goes through the operations, in each stage").default(
      "4,2",
    ),
  },
};

/** Of the operations of an edge, in each stage: 5 and 3, or 7 and 4. */
const shares = [1, 3 / 5];
/** The share of the epochs of a stage in which the alphas rest: 10, of 25 on DARTS cells and of 50 on NAS-Bench-201. */
const restingShare = ({ kind }: Space): number => 10 / (kind === "darts" ? 25 : 50);

/** Throws a usage error where there is not a number for each stage, none larger than the one before. */
function partsOf(stageParts: string): number[] {
  const parts = numbersIn(stageParts);
  const fits = parts.every((part, s) =>
    Number.isInteger(part) && part >= 1 && part <= (parts[s - 1] ?? part)
  );
  if (parts.length === shares.length && fits) return parts;
  throw usageError(
    `${
      setting("stageParts")
    } is "${stageParts}"; it needs ${shares.length} whole numbers of at least 1, one for each ` +
      "stage and none above the one before, as in 4,2.",
  );
}

const epochsOf = (epochs: number): number[] => epochsOfStages(epochs, shares.length);

export const drnasProgressive: MethodWith<typeof groups> = {
  ...drnas,
  name: "drnas-progressive",
  summary: "is drnas in two stages, the second with fewer operations and more of the channels through them",
  source: { ...papers.drnas, section: "section 3.3" },
  deviations: [
    ...drnasDeviations,
    "Which channels are copied is drawn for all convolutions up to a BatchNorm together, which is this project's choice.",
    "On DARTS cells the edges of a node are ranked by their weights among the operations that are kept.",
    "The stages keep 5 and 3 of 5 operations, 7 and 4 of 7, and of other numbers in that proportion, at least two.",
  ],
  groups,
  strategy: {
    kind: "staged",
    oneFall: true,
    later: "fewer operations, and more of the channels through them",
    stages: ({ stageParts }, { epochs, layers }) => {
      const parts = partsOf(stageParts);
      return epochsOf(epochs).map((own, s): SearchStage => ({
        settings: { epochs: own, layers, stageParts: String(parts[s]) },
        operations: operationsOf(shares[s]!),
      }));
    },
    next: (_, { alphas }, keep) => ({ kind: "on", kept: largestChoices(alphas, keep) }),
    files: () => ({}),
  },
  published: (space, given) => ({
    ...drnas.published?.(space, given),
    ...space.kind === "darts" && { stageParts: "6,4", channels: 36, layers: 20 },
  }),
  // Of each stage; the shortest says how many.
  warmup: (_, epochs, space) => Math.round(restingShare(space) * Math.min(...epochsOf(epochs))),
  // Of all stages the first; a stage has its own alone.
  variant: ({ stageParts }) => ({ partialChannels: Number(stageParts.split(",")[0]) }),
};
