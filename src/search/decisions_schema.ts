/** Decisions as files have them; whether they fit the alphas is another question. */
import { z } from "zod";

export const decisionsSchema = z.record(
  z.string(),
  z.array(z.union([z.enum(["open", "empty"]), z.int().nonnegative()])),
);
