/** Tensor expressions as values: nodes, the operations that build them, and how work is cut up for a device. */
export * from "./node.ts";
export { foldGrid, rowBlocks } from "./ops/grid.ts";
export * from "./ops/mod.ts";
export { type DeepReadonly, software, type Tuning } from "./tuning.ts";
