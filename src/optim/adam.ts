import type { Node } from "../graph/node.ts";
import { add, div, mul, scale, shift, slice, sqrt, square, sub } from "../graph/ops/mod.ts";

/** Numbers of Adam that stay the same over a run. */
export interface AdamSettings {
  /** Decay rate of the mean of gradients, β₁. */
  readonly beta1: number;
  /** Decay rate of the mean of their squares, β₂. */
  readonly beta2: number;
  /** Added to the gradient as weightDecay·x (L2, as PyTorch's Adam does). */
  readonly weightDecay: number;
}

/** Decay rates of the alphas' Adam in DARTS and most methods that come from it. */
export const adamOfDarts = { beta1: 0.5, beta2: 0.999 };

const epsilon = 1e-8;

/**
 * The step sizes of Adam's `step`-th update (counted from 1): lr/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ), the
 * `schedule` of {@link adam}.
 */
export const adamSchedule = (
  lr: number,
  step: number,
  { beta1, beta2 }: Omit<AdamSettings, "weightDecay">,
): Float32Array => Float32Array.of(lr / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step));

/** One update of Adam (Kingma & Ba 2015) over dense tensors of one shape; `schedule` is [2]. */
export function adam(
  { x, mean, variance, gradient, schedule }: Readonly<
    Record<"x" | "mean" | "variance" | "gradient" | "schedule", Node>
  >,
  { beta1, beta2, weightDecay }: AdamSettings,
): { x: Node; mean: Node; variance: Node } {
  const g = add(gradient, scale(x, weightDecay));
  const m = add(scale(mean, beta1), scale(g, 1 - beta1));
  const v = add(scale(variance, beta2), scale(square(g), 1 - beta2));
  const rate = slice(schedule, 0, [1]);
  const denominator = shift(mul(sqrt(v), slice(schedule, 1, [1])), epsilon);
  return { x: sub(x, mul(rate, div(m, denominator))), mean: m, variance: v };
}
