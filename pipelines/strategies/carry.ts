/** From the state that one search stage ends with to the state that the next one goes on from. */
import { keptVector } from "../../src/network/kept.ts";
import { widened } from "../../src/nn/widen.ts";
import { fold } from "../../src/random.ts";
import type { SearchState } from "../../src/search/state.ts";
import { searchKey } from "../algorithm/batches.ts";
import type { HostState } from "../checkpoint/host_state.ts";
import type { SearchProblem } from "../stages/problem.ts";

/**
 * Weights, momentum and BatchNorm statistics are widened where more channels go through the operations; the alphas of
 * operations that are dropped become 0; what the optimiser of the alphas keeps, and its steps, go on.
 */
export function carried(
  state: HostState<SearchState>,
  from: Pick<SearchProblem, "net">,
  to: Pick<SearchProblem, "config" | "net" | "layout" | "searchStage">,
): HostState<SearchState> {
  const { layout, net: { variant: { kept } } } = to;
  const key = searchKey(to);
  const keeps = kept && keptVector(kept, layout);
  return {
    ...state,
    ...widened(from.net.layout, to.net.layout, state, fold(key, "widening")),
    alphas: keeps ? state.alphas.map((alpha, i) => keeps[i] === 1 ? alpha : 0) : state.alphas,
    key,
  };
}
