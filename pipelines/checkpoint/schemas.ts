/** The records in checkpoints. They come from files, so all of it is checked before it is used. */
import { z } from "zod";
import { count } from "../stages/epoch.ts";

/** What a checkpoint is of. */
export interface Identity {
  /** JSON of the settings. */
  readonly settings: string;
  /** A hash of the images and labels. */
  readonly images: string;
}

const isSettings = (text: string): boolean => {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
};

/** A whole checkpoint; each part checks its own record. */
export const recordSchema = z.strictObject({
  identity: z.strictObject({
    settings: z.string().refine(isSettings, "expected JSON of settings"),
    images: z.string(),
  }),
  seconds: z.number().nonnegative(),
  parts: z.record(z.string(), z.unknown()),
});

/** A vector of so many floats. */
export const vector = (floats: number): z.ZodType<Float32Array> =>
  z.custom<Float32Array>(
    (value) => value instanceof Float32Array && value.length === floats,
    `expected a vector of ${floats} floats`,
  );

/** What {@link Measures} has added up. */
export const totals = z.strictObject({ loss: z.number(), correct: z.number(), images: count });

/** A key of random numbers. */
export const key = z.tuple([count, count]);
