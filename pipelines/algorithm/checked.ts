/** Makes the problem of a search and checks that it can run. */
import { usageError } from "../../src/errors.ts";
import { groupOf } from "../../src/io/log_columns.ts";
import { extentsOf } from "../../src/methods/mod.ts";
import { checkParts } from "../../src/network/supernet.ts";
import { isFull } from "./eigenvalue.ts";
import { searchSplit } from "./batches.ts";
import { type SearchProblem, searchProblem } from "../stages/problem.ts";

/**
 * Throws a usage error for images too few for a batch, for a spectrum that does not fit the alphas, for channels that
 * do not fit a stage of the search, and for a number of the method that has the name of a column of the log.
 */
export function checkedSearch(...given: Parameters<typeof searchProblem>): SearchProblem {
  const problem = searchProblem(...given);
  searchSplit(problem);
  isFull(problem);
  const { config, method, net } = problem;
  const taken = Object.keys(method.numbers(config, 0, config.epochs)).find(groupOf);
  if (taken !== undefined) {
    throw usageError(
      `The method ${method.name} has a number "${taken}", as a column of the log is called; rename it.`,
    );
  }
  for (const extent of extentsOf(method.strategy, config, config)) {
    checkParts(net.size, method.variant({ ...config, ...extent }));
  }
  return problem;
}
