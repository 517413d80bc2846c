/**
 * The search methods, as data and pure functions. A new one is a file and a line in `list.ts`; one of your own is a
 * value that spreads another and changes what differs.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { type Method, methodByName } from "@ms-darts/ms-darts/methods";
 *
 * const darts = methodByName("darts");
 * deepEqual(darts.relaxation.row([0, 0]), [0.5, 0.5]); // a softmax
 * const patient: Method = { ...darts, name: "patient", warmup: (_, epochs) => Math.floor(epochs / 2) };
 * equal(patient.strategy, darts.strategy);
 * ```
 *
 * @module
 */
import { nearest, usageError } from "../errors.ts";
import { list } from "./list.ts";
import type { Method as MethodOf } from "./method.ts";
import type { MethodSettings } from "./settings.ts";

export type { EigenvalueRow } from "./eigenvalue_stop.ts";
export {
  type Ahead,
  type DecideContext,
  type Method as MethodOf,
  type PerturbContext,
  type Port,
  relax,
  type Relaxation,
  type RelaxContext,
  type SlopeContext,
  type WeightPenaltyContext,
} from "./method.ts";
export { methodSettings } from "./list.ts";
export type { MethodSettings } from "./settings.ts";
export type { Paper, Source } from "../papers.ts";
export * from "./strategy.ts";

/** A method as others see it: whatever it reads is among the settings of all. */
export type Method = MethodOf<MethodSettings>;

/** All methods, in the order of the help. */
export const methods: readonly Method[] = list;

/** The method of that name; a usage error offers the nearest. */
export function methodByName(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found) return found;
  const names = methods.map((method) => method.name);
  throw usageError(
    `There is no method ${name}; did you mean ${nearest(name, names)}? Methods are ${names.join(", ")}.`,
  );
}
