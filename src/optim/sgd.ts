import type { Node } from "../graph/node.ts";
import {
  affine,
  constant,
  div,
  min,
  scale,
  sgdUpdate,
  sgdVelocity,
  sqrt,
  square,
  sub,
  sum,
} from "../graph/ops/mod.ts";

/** Numbers of SGD that stay the same over a run. */
export interface SgdSettings {
  /** Share of the velocity that stays. */
  readonly momentum: number;
  /** L2 penalty: this times the weights is added to the gradient, after it is clipped. */
  readonly weightDecay: number;
  /** Largest Euclidean norm of the gradient; 0 clips nothing. */
  readonly gradClip: number;
  /** Nesterov's momentum; no when left out. */
  readonly nesterov?: boolean;
}

/** min(1, clip / (‖gradient‖ + 1e-6)), [1]: the factor of PyTorch's `clip_grad_norm_`; 1 for a clip of 0. */
export function clipFactor(gradient: Node, clip: number): Node {
  if (clip === 0) return constant(1, [1]);
  const norm = sqrt(sum(square(gradient)));
  return min(div(constant(clip, [1]), affine(norm, 1, 1e-6)), constant(1, [1]));
}

/**
 * One step of SGD with momentum and L2 weight decay over flat vectors [P]:
 * v ← momentum·v + clip·g + weightDecay·w; w ← w − lr·v. `lr` is [1]. Nesterov's momentum, as in PyTorch, goes along
 * clip·g + weightDecay·w + momentum·v instead of v.
 */
export function sgd(
  { weights, velocity, gradient, lr }: Readonly<Record<"weights" | "velocity" | "gradient" | "lr", Node>>,
  { momentum, weightDecay, gradClip, nesterov = false }: SgdSettings,
): { weights: Node; velocity: Node } {
  const clip = clipFactor(gradient, gradClip);
  const next = sgdVelocity(weights, velocity, gradient, clip, { momentum, weightDecay });
  // What was added to the old velocity is new − momentum·old.
  const ahead = nesterov ? sub(scale(next, 1 + momentum), scale(velocity, momentum)) : next;
  return { weights: sgdUpdate(weights, ahead, lr), velocity: next };
}
