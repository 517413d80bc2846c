/**
 * Λ-DARTS (Movahedi et al. 2023): DARTS whose weight step also raises the layer alignment Λ, which tells how far the
 * cells of a type agree on their alphas: the more, the further the search is.
 */
import { usageError } from "../errors.ts";
import { real } from "../fields.ts";
import { mul, neg } from "../graph/ops/mod.ts";
import { ramp } from "../optim/schedules.ts";
import { papers } from "../papers.ts";
import { alignments } from "../search/alignment.ts";
import { setting } from "../setting.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { asSmoothDarts, ownClip, rateByEpoch } from "./published.ts";

const groups = {
  "Layer alignment (lambda-darts)": {
    alignmentWeight: real("weight that the alignment of cells grows to in the loss of the weights", {
      min: 0,
    })
      .default(0.25),
  },
};

export const lambdaDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "lambda-darts",
  summary: "trains the weights so that the cells of a type agree on the gradient of their alphas",
  source: papers.lambdaDarts,
  deviations: [
    "The derivative of the alignment by the weights is exact; the public code takes a central difference.",
    "BatchNorm's running statistics are updated once a step; the passes of that difference update them as well.",
    "Of the two alignments, only the mean cosine (`corr` of the public code) is there; `signcorr` is left out.",
    ownClip,
    rateByEpoch,
    "On DARTS cells too the weight step comes first. The public code of DARTS cells takes the architecture step first, " +
    "and moves that cosine once an epoch.",
  ],
  groups,
  fits: ["darts", "nasbench201"],
  published: ({ kind }) =>
    kind === "darts"
      ? { epochs: 50, batch: 96, alignmentWeight: 0.125 }
      : { ...asSmoothDarts, epochs: 100, archLr: 1e-4, alignmentWeight: 0.25 },
  stepOrder: () => "weights first",
  scales: { weights: ["alignmentWeight"] },
  numbers: ({ alignmentWeight }, epoch, epochs) => ({
    alignment_weight: alignmentWeight * ramp(epoch, epochs),
  }),
  // The chain rule through the gradients of the cells is the one mixed second derivative of the method.
  weightPenalty: (_, { net, loss, mixing, numbers: { alignment_weight } }) => {
    const { normal, cell } = alignments(net, loss, mixing);
    const aligned = normal ?? cell;
    if (aligned) return neg(mul(alignment_weight!, aligned));
    throw usageError(
      `lambda-darts aligns normal cells, and there are no two of them on ${net.space.name} with ${
        setting("layers")
      } ${net.size.layers}; give more.`,
    );
  },
};
