/**
 * DARTS- (Chu et al. 2021): DARTS with a skip connection beside every mixed operation, whose weight decays to nothing
 * over the search.
 */
import { oneOf, real } from "../fields.ts";
import { cosine, linear } from "../optim/schedules.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";

const decays = { linear, cosine };

const groups = {
  "Auxiliary skip (darts-)": {
    skipWeight: real("weight β of the auxiliary skip connections in the first epoch", { min: 0 }).default(1),
    skipDecay: oneOf(["linear", "cosine"], "how that weight falls to 0 over the search").default("linear"),
  },
};

export const dartsMinus: MethodWith<typeof groups> = {
  ...darts,
  name: "darts-",
  summary: "adds to every edge a skip connection outside of the softmax, which fades out",
  source: papers.dartsMinus,
  deviations: [],
  groups,
  fits: ["darts", "nasbench201"],
  published: () => ({ epochs: 50 }),
  scales: { weights: ["skipWeight"] },
  variant: () => ({ auxiliarySkip: true }),
  numbers: ({ skipWeight, skipDecay }, epoch, epochs) => ({
    auxiliary_skip_weight: decays[skipDecay](skipWeight, 0, epoch / epochs),
  }),
};
