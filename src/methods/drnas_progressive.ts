/**
 * DrNAS's progressive search (Chen et al. 2021, section 3.3): two stages with one state. The second one has the best
 * operations of each edge only, and sends more of the channels through them; its weights are those of the first, widened.
 */
import { usageError } from "../errors.ts";
import { text } from "../fields.ts";
import { largestChoices } from "../network/kept.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";
import { drnas } from "./drnas.ts";
import type { MethodWith } from "./method.ts";
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
/** Epochs of a stage of which the alphas rest. */
const restingShare = 10 / 50;

/** Throws a usage error where there is not a number for each stage, none larger than the one before. */
function partsOf(stageParts: string): number[] {
  const parts = stageParts.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
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

/** The epochs of a search shared out to the stages, at least one each. */
const epochsOf = (epochs: number): number[] => {
  const first = Math.max(1, Math.floor(epochs / shares.length));
  return [first, Math.max(1, epochs - first)];
};

export const drnasProgressive: MethodWith<typeof groups> = {
  ...drnas,
  name: "drnas-progressive",
  summary: "is drnas in two stages, the second with fewer operations and more of the channels through them",
  source: { ...papers.drnas, section: "section 3.3" },
  deviations: [
    ...drnas.deviations ?? [],
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
        operations: (count) => Math.min(count, Math.max(2, Math.round(shares[s]! * count))),
      }));
    },
    next: (_, { alphas }, keep) => ({ kind: "on", kept: largestChoices(alphas, keep) }),
    files: () => ({}),
  },
  published: (space, given) => ({
    ...drnas.published?.(space, given),
    warmup: 10,
    ...space.kind === "darts" && { stageParts: "6,4" },
  }),
  // Of each stage; the shortest says how many.
  warmup: (_, epochs) => Math.round(restingShare * Math.min(...epochsOf(epochs))),
  // Of all stages the first; a stage has its own alone.
  variant: ({ stageParts }) => ({ partialChannels: Number(stageParts.split(",")[0]) }),
};
