/** Training of the network that a genotype stands for, as graphs. */
export * from "./drop_path.ts";
export * from "./state.ts";
export * from "./step_graphs.ts";
