/**
 * The settings that methods bring along: each method's file defines its own, this table puts them under the headings of
 * the help.
 */
import { z } from "zod";
import { fieldsOf } from "../fields.ts";
import { auxiliarySkipFields } from "./darts_minus.ts";
import { stopFields } from "./eigenvalue_stop.ts";
import { fairFields } from "./fair_darts.ts";
import { meanShiftFields, variantField } from "./ms_darts.ts";
import { partialChannelFields } from "./pc_darts.ts";
import { stageFields } from "./p_darts.ts";
import { portFields } from "./ports.ts";
import { severalFields } from "./r_darts.ts";
import { scoringFields } from "./random_ws.ts";
import { perturbationFields } from "./sdarts_rs.ts";
import { greedyFields } from "./sgas.ts";

/** By heading. */
export const methodGroups = {
  "Mean shift (ms-darts)": meanShiftFields,
  "Perturbation (ms-darts, sdarts-rs, sdarts-adv)": perturbationFields,
  "Auxiliary skip (darts-)": auxiliarySkipFields,
  "Version (pc-darts, gdas)": portFields,
  "Partial channels (pc-darts)": partialChannelFields,
  "Stages (p-darts)": stageFields,
  "Candidates (random-ws)": scoringFields,
  "Sigmoids (fair-darts)": fairFields,
  "Greedy decisions (sgas)": greedyFields,
  "Eigenvalue rule (darts-es, darts-ada)": stopFields,
  "Several searches (r-darts-dp, r-darts-l2)": severalFields,
} as const;

const schema = z.object({ ...fieldsOf(methodGroups), variant: variantField });

/** What a method may read; a search's configuration includes all of these. */
export type MethodSettings = z.output<typeof schema>;

/** The settings of methods, defaults but for what is given. */
export const methodSettings = (given: Partial<MethodSettings> = {}): MethodSettings => schema.parse(given);
