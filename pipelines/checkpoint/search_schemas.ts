/** The records of a search in a checkpoint. */
import { z } from "zod";
import { tableEntrySchema } from "../../src/benchmarks/mod.ts";
import { decisionsSchema } from "../../src/search/decisions.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { AnySearchEpoch, SearchEpoch } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { HostState } from "./host_state.ts";
import { alphaRows, count, epochShape, genotype, key, scored, vector } from "./schemas.ts";

/** A search state of a problem's supernet. */
export function searchStateSchema({ net, layout }: SearchProblem): z.ZodType<HostState<SearchState>> {
  const parameters = vector(net.layout.parameterFloats);
  const alphas = vector(layout.floats);
  return z.strictObject({
    weights: parameters,
    velocity: parameters,
    statistics: vector(net.layout.statisticsFloats),
    alphas,
    alphaMean: alphas,
    alphaVariance: alphas,
    step: count,
    architectureSteps: count,
    decisions: decisionsSchema,
    relaxedRows: z.array(alphaRows),
    key,
  });
}

const curvature = z.strictObject({
  eigenvalue: z.number(),
  eigenvalueError: z.number(),
  discretizationGap: z.number().optional(),
});

/** Epochs in which only weights moved; JSON has no key for what is undefined. */
const weightEpoch = z.strictObject({
  ...epochShape,
  architecture: scored.optional(),
  numbers: z.record(z.string(), z.number()),
  curvature: curvature.optional(),
});
export const weightEpochSchema = weightEpoch as unknown as z.ZodType<AnySearchEpoch>;

/** Epochs of a search. */
export const searchEpochSchema = z.strictObject({
  ...weightEpoch.shape,
  alphas: alphaRows,
  weights: alphaRows,
  genotype,
  skips: count,
  entropy: z.number(),
  judgement: tableEntrySchema.optional(),
}) as unknown as z.ZodType<SearchEpoch>;
