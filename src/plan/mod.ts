/**
 * From a graph to a plan: fused, scheduled and laid out in memory, all as data. A plan knows what it costs before a
 * device has seen it.
 *
 * ```ts
 * import { equal, match } from "node:assert/strict";
 * import { exp, input, sum } from "@ms-darts/ms-darts/graph";
 * import { compile, explain, planBytes } from "@ms-darts/ms-darts/plan";
 *
 * const plan = compile({ total: sum(exp(input("x", [1000]))) }, { maxBinding: 2 ** 27 });
 * equal(plan.inputs["x"]!.bytes, 4000);
 * match(explain(plan), /dispatches for .*, .* MB of device memory/);
 * equal(planBytes(plan) < 100_000, true);
 * ```
 *
 * @module
 */
export { type ExitCode, UserError } from "../errors.ts";
export { TooLargeError } from "./allocate.ts";
export { type MemoryLimit, type Need, needOf, type Shortage, ShortageError } from "./budget.ts";
export { compile } from "./compile.ts";
export { expand } from "./expand.ts";
export { type Pass, passes, type PassName } from "./fuse.ts";
export {
  type Dispatch,
  type DispatchedCall,
  explain,
  type Place,
  type PlacedTensor,
  type Plan,
  planBytes,
  type PlanLimits,
} from "./plan.ts";
