/** The settings that spaces bring along: each space's file defines its own, this table puts them under headings. */
import { z } from "zod";
import { fieldsOf } from "../fields.ts";
import { nasbench1shot1Fields } from "./nasbench1shot1.ts";
import type { Space } from "./space.ts";

/** By heading. */
export const spaceGroups = {
  "NAS-Bench-1Shot1 (nasbench1shot1-1, -2, -3)": nasbench1shot1Fields,
} as const;

const schema = z.object(fieldsOf(spaceGroups));

export type SpaceSettings = z.output<typeof schema>;

/** The settings of spaces, defaults but for what is given. */
export const spaceSettings = (given: z.input<typeof schema> = {}): SpaceSettings => schema.parse(given);

/** The space as settings make it. */
export const configured = (space: Space, { batchNormMomentum, poolPadding }: SpaceSettings): Space =>
  space.kind === "nasbench1shot1" ? { ...space, batchNormMomentum, poolPadding } : space;
