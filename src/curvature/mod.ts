/**
 * Curvature of the supernet's loss over the alphas: exact Hessian-vector products as graphs, and spectra from products.
 *
 * ```ts
 * import { deepEqual, ok } from "node:assert/strict";
 * import { lanczos, symmetricEigen } from "@ms-darts/ms-darts/curvature";
 *
 * deepEqual([...symmetricEigen([2, 1, 1, 2], 2).values].map(Math.round), [1, 3]);
 * const diagonal = Float32Array.from({ length: 50 }, (_, i) => i);
 * const { top, bottom } = await lanczos((v) => Promise.resolve(v.map((x, i) => x * diagonal[i]!)), 50, {
 *   tolerance: 1e-5,
 * });
 * ok(Math.abs(top.value - 49) < 1e-3 && Math.abs(bottom.value) < 1e-3);
 * ```
 *
 * @module
 */
export * from "./eigen.ts";
export * from "./full.ts";
export * from "./hvp.ts";
export * from "./lanczos.ts";
export * from "./starts.ts";
export * from "./step_hessian.ts";
