/**
 * Optimisers as graphs from state to state, and schedules as functions of the progress.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { input } from "@ms-darts/ms-darts/graph";
 * import { cosine, sgd } from "@ms-darts/ms-darts/optim";
 *
 * const vector = (name: string) => input(name, [100]);
 * const next = sgd(
 *   { weights: vector("w"), velocity: vector("v"), gradient: vector("g"), lr: input("lr", [1]) },
 *   { momentum: 0.9, weightDecay: 3e-4, gradClip: 5 },
 * );
 * deepEqual([next.weights.shape, next.velocity.shape], [[100], [100]]);
 * equal(cosine(0.1, 0, 0.5), 0.05);
 * ```
 *
 * @module
 */
export * from "./adam.ts";
export * from "./schedules.ts";
export * from "./sgd.ts";
