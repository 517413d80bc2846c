/**
 * β-DARTS (Ye et al. 2022): DARTS whose architecture step has a loss that keeps the mixing weights of an edge near each
 * other, and grows over the search.
 */
import { real } from "../fields.ts";
import type { Node } from "../graph/node.ts";
import { addAll, logSoftmax, mul, scale, sub, sum } from "../graph/ops/mod.ts";
import { type AlphaLayout, matricesOf } from "../network/alphas.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { asSmoothDarts, ownClip } from "./published.ts";

const groups = {
  "Beta decay (beta-darts)": {
    betaWeight: real("weight that the loss on the raw alphas grows to by the end of the search", { min: 0 })
      .default(50),
  },
};

/**
 * The loss, [1]: the logarithm of the sum of exponentials of an edge's raw alphas, as a mean over the edges of each
 * tensor, added up over the tensors (normal and reduction cell). Its slope is a mixing weight divided by the edges.
 */
function betaLoss(alphas: Node, layout: AlphaLayout): Node {
  const tensorOf = (m: number): string => layout.matrices[m]!.tensor ?? layout.matrices[m]!.name;
  const edges = new Map<string, number>();
  layout.matrices.forEach(({ shape: [rows] }, m) => {
    edges.set(tensorOf(m), rows + (edges.get(tensorOf(m)) ?? 0));
  });
  return addAll(
    matricesOf(alphas, layout).map((matrix, m) => {
      const columns = matrix.shape[1]!;
      // An alpha less its logarithm of the softmax is the logarithm of the row's sum, whichever alpha it is.
      return scale(sum(sub(matrix, logSoftmax(matrix, 1))), 1 / (columns * edges.get(tensorOf(m))!));
    }),
  );
}

export const betaDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "beta-darts",
  summary: "adds a loss to the architecture step that keeps the mixing weights of an edge near each other",
  source: papers.betaDarts,
  deviations: [
    "The weight of the loss grows with the share of the search that is done, to the published one at the published " +
    "number of epochs; the original adds 0.5 each epoch, whatever their number.",
    ownClip,
    "No publication searches NAS-Bench-1Shot1 with it. The loss there is a mean over the rows of each tensor of alphas, " +
    "added up, as on the cells of other spaces.",
  ],
  groups,
  // Half the epochs on the DARTS spaces, at the same growth an epoch.
  published: (
    { kind },
  ) => (kind === "darts"
    ? { epochs: 50, betaWeight: 25 }
    : { ...asSmoothDarts, epochs: 100, betaWeight: 50 }),
  scales: { alphas: ["betaWeight"] },
  numbers: ({ betaWeight }, epoch, epochs) => ({ beta_weight: (betaWeight * epoch) / epochs }),
  penalty: (_, { alphas, layout, numbers: { beta_weight } }) => mul(betaLoss(alphas, layout), beta_weight!),
};
