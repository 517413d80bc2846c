/** Finished epochs, as they are logged, and as checkpoints keep them: in JSON that has no keys for undefined values. */
import { z } from "zod";
import type { TableEntry } from "../../src/benchmarks/mod.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { type Genotype, parseGenotype } from "../../src/network/genotype.ts";
import type { Scored } from "./measures.ts";

export const count = z.int().nonnegative();

export const scored = z.strictObject({ loss: z.number(), accuracy: z.number() });

/** One finished epoch of any loop. */
export interface Epoch {
  /** From 0. */
  readonly epoch: number;
  /** Over the batches of the epoch, as its steps saw them. */
  readonly train: Scored;
  /** Over images that train no weights, after the epoch; absent where there are none. */
  readonly valid?: Scored | undefined;
  /** Learning rate of the weights. */
  readonly lr: number;
  /** Wall time. */
  readonly seconds: number;
  /** Of its steps. */
  readonly imagesPerSecond: number;
}
export const epochSchema = z.strictObject({
  epoch: count,
  train: scored,
  valid: scored.optional(),
  lr: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
}) satisfies z.ZodType<Epoch>;

/** What is measured of the loss around the alphas of an epoch. */
export interface EpochCurvature {
  /** Largest signed eigenvalue of the alpha-Hessian, weight decay included. */
  readonly eigenvalue: number;
  /** Its estimated error. */
  readonly eigenvalueError: number;
  /** Accuracy of the supernet less that of its discretized cell; only under `--hessian`. */
  readonly discretizationGap?: number | undefined;
}
const curvatureSchema: z.ZodType<EpochCurvature> = z.strictObject({
  eigenvalue: z.number(),
  eigenvalueError: z.number(),
  discretizationGap: z.number().optional(),
});

/** An epoch of a search in which only weights may have moved. */
export interface WeightEpoch extends Epoch {
  /** Weight steps taken by its end; checkpoints were without it once. */
  readonly step?: number | undefined;
  /** Over the search batches of the architecture steps, BatchNorm in training mode; undefined in the warm-up. */
  readonly architecture?: Scored | undefined;
  /** The method's numbers of the epoch. */
  readonly numbers: Readonly<Record<string, number>>;
  /** In the epochs whose curvature was asked for. */
  readonly curvature?: EpochCurvature | undefined;
}
export const weightEpochSchema = epochSchema.extend({
  step: count.optional(),
  architecture: scored.optional(),
  numbers: z.record(z.string(), z.number()),
  curvature: curvatureSchema.optional(),
}) satisfies z.ZodType<WeightEpoch>;

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

/** What is logged of the alphas at the end of an epoch, and every so many steps where that is asked for. */
export interface Seen {
  /** Weight steps taken by then; checkpoints were without it once. */
  readonly step?: number | undefined;
  /** The cell that they would give. */
  readonly genotype: Genotype;
  /** Skip connections among the operations of all cells. */
  readonly skips: number;
  /** Mean entropy of the relaxed rows, in nats. */
  readonly entropy: number;
  /** Mean difference of the two largest mixing weights of a row; checkpoints were without these three once. */
  readonly margin?: number | undefined;
  /** Mean mixing weight of the skip connections. */
  readonly skipWeight?: number | undefined;
  /** Rows whose largest mixing weight is that of `none`. */
  readonly nones?: number | undefined;
  /** Mean pairwise cosine of the cells' gradients, by cell type (Λ-DARTS). */
  readonly alignment?: Readonly<Record<string, number>> | undefined;
  /** The entry of the genotype in the table of the space, where there is one; named so in checkpoints. */
  readonly judgement?: TableEntry | undefined;
}
export const seenSchema = z.strictObject({
  step: count.optional(),
  genotype: z.custom<Genotype>(isGenotype, "expected a genotype"),
  skips: count,
  entropy: z.number(),
  margin: z.number().optional(),
  skipWeight: z.number().optional(),
  nones: count.optional(),
  alignment: z.record(z.string(), z.number()).optional(),
  judgement: tableEntrySchema.optional(),
}) satisfies z.ZodType<Seen>;

/** What the alphas say at the end of an epoch. */
export interface Discretized extends Seen {
  /** Raw alphas. */
  readonly alphas: AlphaRows;
  /** What they stand for. */
  readonly weights: AlphaRows;
  /** What was seen on the way. */
  readonly looks?: readonly Seen[] | undefined;
}
const discretizedSchema = seenSchema.extend({
  alphas: alphaRows,
  weights: alphaRows,
  looks: z.array(seenSchema).readonly().optional(),
}) satisfies z.ZodType<Discretized>;

/** One epoch of the search, as logged. */
export type SearchEpoch = WeightEpoch & Discretized;
export const searchEpochSchema = weightEpochSchema.extend(
  discretizedSchema.shape,
) satisfies z.ZodType<SearchEpoch>;

/** The same where there may be no alphas, and with them no cell of an epoch's own. */
export type AnySearchEpoch = WeightEpoch & Partial<Discretized>;
