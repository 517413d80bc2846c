/** The records of checkpoints, which come from files: nothing of them is used before it was checked. */
import { z } from "zod";
import { type Genotype, parseGenotype } from "../../src/network/genotype.ts";

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

export const count = z.int().nonnegative();

export const scored = z.strictObject({ loss: z.number(), accuracy: z.number() });

/** What {@link Measures} has added up. */
export const totals = z.strictObject({ loss: z.number(), correct: z.number(), images: count });

const isGenotype = (value: unknown): boolean => {
  try {
    parseGenotype(value, "a checkpoint");
    return true;
  } catch {
    return false;
  }
};

export const genotype = z.custom<Genotype>(isGenotype, "expected a genotype");

/** By matrix, row by row. */
export const alphaRows = z.record(z.string(), z.array(z.array(z.number())));

/** What every epoch is: see `Epoch`. */
export const epochShape = {
  epoch: count,
  train: scored,
  valid: scored.optional(),
  lr: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
};

/** A key of random numbers. */
export const key = z.tuple([count, count]);
