/**
 * Tensor expressions as values: nodes, the operations that build them, and how their work is divided for a device.
 * Building a graph computes nothing; shapes are checked as it grows.
 *
 * ```ts
 * import { equal, throws } from "node:assert/strict";
 * import { input, matmul, relu, sum } from "@ms-darts/ms-darts/graph";
 *
 * const a = input("a", [2, 3]);
 * const b = input("b", [3, 4]);
 * equal(matmul(a, b).shape.join("×"), "2×4");
 * equal(sum(matmul(a, b), [1]).shape.join("×"), "2×1");
 * throws(() => matmul(a, a), /shapes \[2,3\] and \[2,3\] do not fit/);
 * equal(relu(input("map", [8, 1, 14, 14])).op.name, "relu"); // a feature map [C, N, H, W]
 * ```
 *
 * @module
 */
export * from "./node.ts";
export { foldGrid, rowBlocks } from "./ops/grid.ts";
export * from "./ops/mod.ts";
export { type DeepReadonly, software, type Tuning } from "./tuning.ts";
export { records, type TuningName } from "./tuning_records.ts";
