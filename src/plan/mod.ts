/** From a graph to a plan: fused, scheduled and laid out in memory, all as data. */
export { type ExitCode, UserError } from "../errors.ts";
export { TooLargeError } from "./allocate.ts";
export { type MemoryLimit, type Need, needOf, type Shortage, ShortageError } from "./budget.ts";
export { compile } from "./compile.ts";
export { expand } from "./expand.ts";
export { type Pass, passes, type PassName } from "./fuse.ts";
export {
  type Dispatch,
  explain,
  type Place,
  type PlacedTensor,
  type Plan,
  planBytes,
  type PlanLimits,
} from "./plan.ts";
