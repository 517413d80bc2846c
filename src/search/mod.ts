/**
 * The steps of a search as graphs: mean shift (MS-DARTS, algorithm 1), perturbations, and the architecture and weight
 * steps of algorithm 2. `./pipelines` strings them together; a search of your own may do so otherwise.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { input, square, sum } from "@ms-darts/ms-darts/graph";
 * import { alphaLayout, softmaxRows } from "@ms-darts/ms-darts/network";
 * import { cubeNoise, meanShift, variants } from "@ms-darts/ms-darts/search";
 * import { spaceByName } from "@ms-darts/ms-darts/spaces";
 *
 * const layout = alphaLayout(spaceByName("nasbench201").matrices); // 6 edges of 5 operations
 * const mixing = softmaxRows(input("alphas", [layout.floats]), layout);
 * const [key, epsilon] = [input("key", [2], "u32"), input("epsilon", [1])];
 * const points = [0, 1, 2].map((stream) => cubeNoise(key, stream, layout, epsilon));
 * const shifted = meanShift(mixing, {
 *   layout,
 *   variant: variants.default,
 *   bandwidth: 1,
 *   noise: [points], // one iteration of three points
 *   loss: (at) => sum(square(at)), // a search takes the supernet's
 * });
 * deepEqual(shifted.mixing.shape, mixing.shape);
 * equal(shifted.losses[0]!.length, 3);
 * ```
 *
 * @module
 */
export * from "./alpha_optimiser.ts";
export type { Decision, Decisions, DecisionVectors } from "./decisions.ts";
export { gumbelNoise, largestOfRows, relaxedSample, straightThrough } from "./gumbel.ts";
export { importance, importances } from "./importance.ts";
export { iteration, type IterationInput, type StepOrder, type Steps, type WeightSteps } from "./iteration.ts";
export * from "./mean_shift.ts";
export * from "./perturbation.ts";
export { initialSearchState, type SearchState, type SupernetVectors } from "./state.ts";
export * from "./step_graphs.ts";
export * from "./unrolled.ts";
