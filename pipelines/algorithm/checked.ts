/** Makes the problem of a search and checks that it can run. */
import { extentsOf } from "../../src/methods/mod.ts";
import { checkParts } from "../../src/network/supernet.ts";
import { isFull } from "./eigenvalue.ts";
import { searchSplit } from "./batches.ts";
import { type SearchProblem, searchProblem } from "../stages/problem.ts";

/**
 * Throws a usage error for images too few for a batch, for a spectrum that does not fit the alphas, and for channels that
 * do not fit a stage of the search.
 */
export function checkedSearch(...given: Parameters<typeof searchProblem>): SearchProblem {
  const problem = searchProblem(...given);
  searchSplit(problem);
  isFull(problem);
  const { config, method, net } = problem;
  for (const extent of extentsOf(method.strategy, config, config)) {
    checkParts(net.size, method.variant({ ...config, ...extent }));
  }
  return problem;
}
