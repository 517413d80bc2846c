/** Curvature of the supernet's loss over the alphas. */
export * from "./eigen.ts";
export * from "./full.ts";
export * from "./hvp.ts";
export * from "./lanczos.ts";
export * from "./starts.ts";
export * from "./step_hessian.ts";
