/**
 * Training of the network that a genotype stands for, as graphs.
 *
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { keyFromSeed } from "@ms-darts/ms-darts/random";
 * import { dropPathScales } from "@ms-darts/ms-darts/training";
 *
 * // Drop-path of 3 operations and 8 images: each operation is dropped, or grows so that its mean stays.
 * const scales = dropPathScales(keyFromSeed(0), 3, 8, 0.5);
 * deepEqual([...new Set(scales)].sort(), [0, 2]);
 * ```
 *
 * @module
 */
export * from "./drop_path.ts";
export type { Start } from "./start.ts";
export * from "./state.ts";
export * from "./step_graphs.ts";
