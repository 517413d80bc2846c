/**
 * Random search with weight sharing (Li & Talwalkar 2019, section 3.2): every weight step trains one uniformly drawn
 * architecture of the supernet, and there are no alphas; then many are drawn and scored with the shared weights.
 */
import { whole } from "../fields.ts";
import { discretize as dartsCell } from "../network/darts/discretize.ts";
import { discretize } from "../network/discretize.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";

const groups = {
  "Candidates (random-ws)": {
    candidates: whole(
      "architectures scored in a round; by default 1000 as published, fewer where there are under 10,000 weight steps",
      { min: 1, max: 100_000 },
    ).optional(),
    candidateBatches: whole("search batches each of them is scored on").default(10),
    finalists: whole(
      "the best of a round, which are scored on all images; by default 10 as published, on nasbench1shot1 5",
    ).optional(),
  },
};

export const randomWs: MethodWith<typeof groups> = {
  ...darts,
  name: "random-ws",
  summary: "trains a randomly drawn cell in each step, then scores drawn cells with the shared weights",
  source: { ...papers.randomSearch, section: "section 3.2" },
  deviations: [
    "The paper scores 1,000 candidates for every 10,000 weight steps. A shorter search scores one for every 10 of its " +
    "steps, and at least 20.",
  ],
  groups,
  published: ({ kind }) => ({ epochs: kind === "darts" ? 50 : 100 }),
  start: { mean: 0, deviation: 0 },
  strategy: {
    kind: "weight sharing",
    // One round and 1000 candidates for 10,000 steps are published; a tenth of the steps below, but no fewer than 20.
    scoring: ({ candidates, candidateBatches, finalists }, { kind }, steps) => {
      const drawn = candidates ?? Math.min(1000, Math.max(20, Math.round(steps / 10)));
      return {
        rounds: Math.max(1, Math.floor(steps / 10_000)),
        candidates: drawn,
        batches: candidateBatches,
        finalists: Math.min(drawn, finalists ?? (kind === "nasbench1shot1" ? 5 : 10)),
      };
    },
    // An edge with `none` has none.
    cell: (weights, space) =>
      space.kind === "darts" ? dartsCell(weights, space, 1) : discretize(weights, space),
  },
};
