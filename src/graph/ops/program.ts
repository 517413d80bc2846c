/** Programs of light calls: what a call needs to be a step of one, and the kernel that runs them. */
import source from "../../../shaders/elementwise.wgsl" with { type: "text" };
import type { Kernel } from "../node.ts";

/** Runs programs of light calls; the planner makes them. */
export const programKernel: Kernel = { label: "program", source, defines: { PROGRAM: 1 } };

/** Codes of `shaders/elementwise.wgsl`. */
export const codes = {
  affine: 0,
  exp: 1,
  log: 2,
  rsqrt: 3,
  sqrt: 4,
  reciprocal: 5,
  square: 6,
  add: 7,
  sub: 8,
  mul: 9,
  div: 10,
  equal: 11,
  clamp: 12,
  min: 13,
  fromU32: 14,
  sigmoid: 15,
  fill: 16,
  // Only in programs:
  addAll: 32,
  sum: 33,
  max: 34,
} as const;

/** Up to this many elements (read or written) a call is light: it costs less than a dispatch. */
export const lightElements = 2048;
