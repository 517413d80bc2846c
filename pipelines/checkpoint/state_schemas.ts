/** The states of a search and of a training in a checkpoint. */
import { z } from "zod";
import { decisionsSchema } from "../../src/search/decisions_schema.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { TrainingState } from "../../src/training/state.ts";
import { alphaRows, count } from "../stages/epoch.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { HostState } from "./host_state.ts";
import { key, vector } from "./schemas.ts";

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

/** A training state of a network. */
export const trainingStateSchema = (layout: Layout): z.ZodType<HostState<TrainingState>> =>
  z.strictObject({
    weights: vector(layout.parameterFloats),
    velocity: vector(layout.parameterFloats),
    statistics: vector(layout.statisticsFloats),
    step: count,
    key,
  });
