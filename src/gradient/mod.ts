/**
 * Gradients of graphs, as graphs: what {@link gradient} returns can be computed, fused, and differentiated again.
 *
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { gradient } from "@ms-darts/ms-darts/gradient";
 * import { input, mul, square, sum } from "@ms-darts/ms-darts/graph";
 *
 * const x = input("x", [3]);
 * const direction = input("direction", [3]);
 * const [slope] = gradient(sum(mul(x, square(x))), [x]); // 3x²
 * const [product] = gradient(sum(mul(slope!, direction)), [x]); // 6x·direction: a Hessian-vector product
 * deepEqual(product!.shape, [3]);
 * ```
 *
 * @module
 */
export { gradient } from "./gradient.ts";
