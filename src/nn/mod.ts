/** Layers as graphs, with the parameters and statistics that they keep. */
export * from "./affine.ts";
export * from "./auxiliary_head.ts";
export * from "./candidates.ts";
export * from "./initialize.ts";
export * from "./layers.ts";
export * from "./operation_names.ts";
export * from "./parameters.ts";
export * from "./scope.ts";
export * from "./state_dict.ts";
export * from "./statistics.ts";
