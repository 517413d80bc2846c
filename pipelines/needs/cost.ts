/** What a search has cost, to be held against what needs none. */
import type { Dataset } from "../../src/data/dataset.ts";
import { supernetMacs } from "../../src/network/count.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import type { SearchProblem } from "../stages/problem.ts";

/**
 * Multiply-adds of the passes forward of a search: one for each image of each step of the weights and of the alphas. What
 * a method adds to these (a second order, a look around), evaluations and what only measures is not counted; of a search
 * in stages each has the supernet of the whole.
 *
 * @param images that it searched on
 * @param rows those of all its epochs; none of a method that draws its cell
 * @param steps of the weights in an epoch
 */
export function searchCost(
  { config, method, net }: Pick<SearchProblem, "config" | "method" | "net">,
  images: Pick<Dataset, "height" | "width">,
  rows: readonly MetricRow[],
  steps: number,
): number {
  if (rows.length === 0) return 0;
  const passes = rows.reduce((sum, row) => sum + (typeof row["architecture_loss"] === "number" ? 2 : 1), 0);
  const numbers = Object.keys(method.numbers(config, 0, config.epochs));
  return passes * steps * config.batch * supernetMacs(net, images, numbers);
}
