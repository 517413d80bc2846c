/** The list of the search methods, with what they all may read. A new one is a file and a line here. */
import { z } from "zod";
import { type Fields, fieldsOf, type Groups, type Together, together } from "../fields.ts";
import { betaDarts } from "./beta_darts.ts";
import { darts } from "./darts.ts";
import { dartsAda } from "./darts_ada.ts";
import { dartsEs } from "./darts_es.ts";
import { dartsMinus } from "./darts_minus.ts";
import { dartsPt } from "./darts_pt.ts";
import { drnasProgressive } from "./drnas_progressive.ts";
import { drnas } from "./drnas.ts";
import { emDarts } from "./em_darts.ts";
import { gaea } from "./gaea.ts";
import { gdas } from "./gdas.ts";
import { fairDarts } from "./fair_darts.ts";
import { lambdaDarts } from "./lambda_darts.ts";
import { isDarts } from "./is_darts.ts";
import { msDarts } from "./ms_darts.ts";
import { msRemoval } from "./ms_removal.ts";
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
import { uniform } from "./uniform.ts";

export const list = [
  msDarts,
  msRemoval,
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
  betaDarts,
  emDarts,
  lambdaDarts,
  drnas,
  dartsPt,
  isDarts,
  drnasProgressive,
  gaea,
  uniform,
  randomWs,
  random,
] as const;

/** The settings that a method brings along, under their headings in the help. */
export const groupsOf = (method: object): Groups => "groups" in method ? method.groups as Groups : {};

type GroupsOf<M> = M extends { readonly groups: infer G extends Groups } ? G : never;

/** Those of all methods. */
export const methodGroups: Together<GroupsOf<typeof list[number]>> = together(
  list.flatMap((method) => "groups" in method ? [method.groups] : []),
);

/** Settings of methods that `MethodSettings` lacks. It has all of them, or TypeScript names the others below. */
type Undeclared = {
  [Key in Exclude<keyof Fields<typeof methodGroups>, keyof MethodSettings>]: "is missing in MethodSettings";
};

const schema = z.object({ ...fieldsOf(methodGroups), ...({} satisfies Undeclared) });

/** The settings of methods, defaults but for what is given. */
export const methodSettings = (given: Partial<MethodSettings> = {}): MethodSettings => schema.parse(given);

const keysOf = (groups: Groups): string[] => Object.keys(fieldsOf(groups));

/** Whether a setting is one of methods, and none of these methods, by name, is among them. */
export function isUnread(names: readonly string[], key: string): boolean {
  const reading = list.filter((method) => keysOf(groupsOf(method)).includes(key));
  return reading.length > 0 && !reading.some(({ name }) => names.includes(name));
}
