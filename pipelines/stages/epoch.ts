/**
 * Epochs that have ended: as they are logged, and as checkpoints keep them, whose JSON has no key for what is
 * undefined.
 */
import { z } from "zod";
import type { TableEntry } from "../../src/benchmarks/mod.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { type Genotype, parseGenotype } from "../../src/network/genotype.ts";

export const count = z.int().nonnegative();

export const scored = z.strictObject({ loss: z.number(), accuracy: z.number() });

/** One finished epoch of any loop. */
export const epochSchema = z.strictObject({
  /** From 0. */
  epoch: count,
  train: scored,
  valid: scored.optional(),
  lr: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
});
export type Epoch = Readonly<z.output<typeof epochSchema>>;

/** What is measured of the loss around the alphas of an epoch. */
const curvatureSchema = z.strictObject({
  /** Largest signed eigenvalue of the alpha-Hessian, weight decay included, and its estimated error. */
  eigenvalue: z.number(),
  eigenvalueError: z.number(),
  /** Accuracy of the supernet less that of its discretized cell; only under `--hessian`. */
  discretizationGap: z.number().optional(),
});
export type EpochCurvature = Readonly<z.output<typeof curvatureSchema>>;

/** An epoch of a search in which only weights may have moved. */
export const weightEpochSchema = epochSchema.extend({
  /** Over the search batches of the architecture steps, BatchNorm in training mode; undefined in the warm-up. */
  architecture: scored.optional(),
  /** The method's numbers of the epoch. */
  numbers: z.record(z.string(), z.number()),
  /** In the epochs whose curvature was asked for. */
  curvature: curvatureSchema.optional(),
});

/** By matrix, row by row. */
export const alphaRows: z.ZodType<AlphaRows> = z.record(z.string(), z.array(z.array(z.number())));

const isGenotype = (value: unknown): boolean => {
  try {
    parseGenotype(value, "a checkpoint");
    return true;
  } catch {
    return false;
  }
};

const tableEntrySchema: z.ZodType<TableEntry> = z.strictObject({
  table: z.string(),
  dataset: z.string(),
  accuracies: z.record(z.string(), z.number()),
  validation: z.number().optional(),
  rank: z.number(),
  of: z.number(),
  regret: z.number(),
});

/** What the alphas say at the end of an epoch. */
const discretizedSchema = z.strictObject({
  /** Raw alphas. */
  alphas: alphaRows,
  /** What they stand for. */
  weights: alphaRows,
  genotype: z.custom<Genotype>(isGenotype, "expected a genotype"),
  /** Skip connections among the operations of all cells. */
  skips: count,
  /** Mean entropy of the relaxed rows, in nats. */
  entropy: z.number(),
  /** The entry of the genotype in the table of the space, where there is one; named so in checkpoints. */
  judgement: tableEntrySchema.optional(),
});
export type Discretized = Readonly<z.output<typeof discretizedSchema>>;

/** One epoch of the search, as logged. */
export const searchEpochSchema = weightEpochSchema.extend(discretizedSchema.shape);
export type SearchEpoch = Readonly<z.output<typeof searchEpochSchema>>;

/** The same where there may be no alphas, and with them no cell of an epoch's own. */
export type AnySearchEpoch = Readonly<z.output<typeof weightEpochSchema>> & Partial<Discretized>;
