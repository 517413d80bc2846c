/** The search methods. A new one is a file and a line here. */
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
