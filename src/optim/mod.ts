/** Optimisers as graphs, and schedules. */
export * from "./adam.ts";
export * from "./schedules.ts";
export * from "./sgd.ts";
