/**
 * The search methods, as data and pure functions. A new one is a file and a line here; one of your own is a value that
 * spreads another and changes what differs.
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
import { darts } from "./darts.ts";
import { dartsAda } from "./darts_ada.ts";
import { dartsEs } from "./darts_es.ts";
import { dartsMinus } from "./darts_minus.ts";
import { gdas } from "./gdas.ts";
import { fairDarts } from "./fair_darts.ts";
import type { Method as MethodOf } from "./method.ts";
import { msDarts } from "./ms_darts.ts";
import { pcDarts } from "./pc_darts.ts";
import { pDarts } from "./p_darts.ts";
import { random } from "./random.ts";
import { randomWs } from "./random_ws.ts";
import { rDartsDp, rDartsL2 } from "./r_darts.ts";
import { sdartsAdv } from "./sdarts_adv.ts";
import { sdartsRs } from "./sdarts_rs.ts";
import type { MethodSettings } from "./settings.ts";
import { sgas } from "./sgas.ts";
import { snas } from "./snas.ts";

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
} from "./method.ts";
export { type MethodSettings, methodSettings } from "./settings.ts";
export * from "./strategy.ts";

/** A method as others see it: whatever it reads is among the settings of all. */
export type Method = MethodOf<MethodSettings>;

/** All methods, in the order of the help. */
export const methods: readonly Method[] = [
  msDarts,
  darts,
  dartsEs,
  dartsAda,
  rDartsDp,
  rDartsL2,
  pcDarts,
  pDarts,
  sdartsRs,
  sdartsAdv,
  dartsMinus,
  gdas,
  snas,
  sgas,
  fairDarts,
  randomWs,
  random,
];

/** The method of that name; a usage error offers the nearest. */
export function methodByName(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found) return found;
  const names = methods.map((method) => method.name);
  throw usageError(
    `There is no method ${name}; did you mean ${nearest(name, names)}? Methods are ${names.join(", ")}.`,
  );
}
