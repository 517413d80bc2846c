/**
 * The settings that methods bring along: each method's file defines its own, this table puts them under the headings of
 * the help.
 */
import { z } from "zod";
import { stopFields } from "./eigenvalue_stop.ts";
import { meanShiftFields, variantField } from "./ms_darts.ts";
import { severalFields } from "./r_darts.ts";

/** By heading. */
export const methodGroups = {
  "Mean shift (ms-darts)": meanShiftFields,
  "Eigenvalue rule (darts-es, darts-ada)": stopFields,
  "Several searches (r-darts-dp, r-darts-l2)": severalFields,
} as const;

/** All of them, by key. */
export const methodFields = { ...meanShiftFields, ...stopFields, ...severalFields };

const schema = z.object({ ...methodFields, variant: variantField });

/** What a method may read; a search's configuration has them all. */
export type MethodSettings = z.output<typeof schema>;

/** The settings of methods, defaults but for what is given. */
export const methodSettings = (given: Partial<MethodSettings> = {}): MethodSettings => schema.parse(given);
