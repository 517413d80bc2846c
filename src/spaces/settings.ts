/** The settings that spaces bring along, under the headings of the help. */
import { z } from "zod";
import { fieldsOf, real, whole } from "../fields.ts";
import { ofPublicCode } from "./nasbench1shot1.ts";
import type { Space } from "./space.ts";

/** Settings of the supernets of NAS-Bench-1Shot1. */
const nasbench1shot1Fields = {
  batchNormMomentum: real(
    "share of a batch in the running BatchNorm statistics of the supernet: 0.997 as in the public code, 0.1 as usual",
    { above: 0, max: 1 },
  ).default(ofPublicCode.batchNormMomentum),
  poolPadding: whole(
    "padding of the pooling that halves the image: 1 as in the public code (32→17→9), or 0",
    {
      min: 0,
      max: 1,
    },
  ).default(ofPublicCode.poolPadding),
};

/** By heading. */
export const spaceGroups = {
  "NAS-Bench-1Shot1 (nasbench1shot1-1, -2, -3)": nasbench1shot1Fields,
} as const;

const schema = z.object(fieldsOf(spaceGroups));

type SpaceSettings = z.output<typeof schema>;

/** The settings of spaces, defaults but for what is given. */
export const spaceSettings = (given: z.input<typeof schema> = {}): SpaceSettings => schema.parse(given);

/** The space as settings make it. */
export const configured = (space: Space, { batchNormMomentum, poolPadding }: SpaceSettings): Space =>
  space.kind === "nasbench1shot1" ? { ...space, batchNormMomentum, poolPadding } : space;
