/** The settings of `stop`. */
import type { z } from "zod";
import { path } from "../fields.ts";
import { schemaOf } from "./command.ts";
import { output } from "./schema.ts";

export const stopGroups = {
  "What to stop": { run: path("RUN", "run directory that search, evaluate, landscape or compare works in") },
  "Output": output,
};

export const stopSchema = schemaOf(stopGroups);

/** Settings of `stop`, complete. */
export type StopConfig = z.output<typeof stopSchema>;
