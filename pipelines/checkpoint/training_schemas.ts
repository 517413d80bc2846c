/** The records of a training in a checkpoint. */
import { z } from "zod";
import type { Layout } from "../../src/nn/parameters.ts";
import type { TrainingState } from "../../src/training/state.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { HostState } from "./host_state.ts";
import { count, epochShape, key, vector } from "./schemas.ts";

export const trainingStateSchema = (layout: Layout): z.ZodType<HostState<TrainingState>> =>
  z.strictObject({
    weights: vector(layout.parameterFloats),
    velocity: vector(layout.parameterFloats),
    statistics: vector(layout.statisticsFloats),
    step: count,
    key,
  });

/** Epochs of a training; JSON has no key for what is undefined. */
export const epochSchema = z.strictObject(epochShape) as unknown as z.ZodType<Epoch>;
