/** The steps of a search as graphs: mean shift, perturbations, architecture and weight steps. */
export type { Decision, Decisions, DecisionVectors } from "./decisions.ts";
export { gumbelNoise, largestOfRows, relaxedSample, straightThrough } from "./gumbel.ts";
export { iteration, type IterationInput, type StepOrder, type Steps } from "./iteration.ts";
export * from "./mean_shift.ts";
export * from "./perturbation.ts";
export { initialSearchState, type SearchState, type SupernetVectors } from "./state.ts";
export * from "./step_graphs.ts";
export * from "./unrolled.ts";
