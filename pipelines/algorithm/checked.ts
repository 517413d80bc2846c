/** Makes the problem of a search and checks that it can run. */
import { isFull } from "./eigenvalue.ts";
import { searchSplit } from "./batches.ts";
import { type SearchProblem, searchProblem } from "../stages/problem.ts";

/** Throws a usage error for images too few for a batch, and for a spectrum that does not fit the alphas. */
export function checkedSearch(...given: Parameters<typeof searchProblem>): SearchProblem {
  const problem = searchProblem(...given);
  searchSplit(problem);
  isFull(problem);
  return problem;
}
