/** What moves the raw alphas along a gradient: Adam, or exponentiated gradient on what they stand for. */
import type { Node } from "../graph/node.ts";
import { logSoftmax, mul, slice, square, sub } from "../graph/ops/mod.ts";
import { type AlphaLayout, mapMatrices } from "../network/alphas.ts";
import { adam, adamSchedule } from "../optim/adam.ts";

/** Raw alphas x and two vectors that an optimiser keeps beside them, flat [floats] each. */
export type AlphaVectors = Readonly<Record<"x" | "mean" | "variance", Node>>;

/** Whose gradient an optimiser goes along: that of the raw alphas, or of the mixing vector that they stand for. */
export type Along = "alphas" | "mixing";

/** How a method moves its alphas. */
export interface AlphaOptimiser {
  /** Along `mixing` there are no penalties on the alphas, and the mixing vector of a pass is [floats]. */
  readonly along: Along;
  /** Whether it takes an L2 penalty on the alphas. */
  readonly decays: boolean;
  /** The numbers [2] of its `step`-th update (from 1) at a learning rate, the `schedule` of {@link move}. */
  schedule(lr: number, step: number): Float32Array;
  /** One update of all alphas; the weight decay is 0 where it takes none. */
  move(
    nodes: AlphaVectors & Readonly<Record<"gradient" | "schedule", Node>>,
    layout: AlphaLayout,
    weightDecay: number,
  ): AlphaVectors;
}

/** Adam on the raw alphas; `mean` and `variance` are its moments. */
export const adamOfAlphas = (
  betas: { readonly beta1: number; readonly beta2: number },
): AlphaOptimiser => ({
  along: "alphas",
  decays: true,
  schedule: (lr, step) => adamSchedule(lr, step, betas),
  move: (nodes, _, weightDecay) => adam(nodes, { ...betas, weightDecay }),
});

/**
 * Exponentiated gradient on the rows of mixing weights, A ← A ⊙ exp(−η·∂L/∂A), divided by its sum (Li et al. 2021). The
 * alphas are logarithms of the weights, so that no weight vanishes in float32. It remembers nothing: `mean` and
 * `variance` are the last gradient and its square.
 */
export const exponentiatedGradient: AlphaOptimiser = {
  along: "mixing",
  decays: false,
  schedule: (lr) => Float32Array.of(lr, 0),
  move({ x, gradient, schedule }, layout) {
    const moved = sub(x, mul(gradient, slice(schedule, 0, [1])));
    return {
      x: mapMatrices(moved, layout, (matrix) => logSoftmax(matrix, 1)),
      mean: gradient,
      variance: square(gradient),
    };
  },
};
