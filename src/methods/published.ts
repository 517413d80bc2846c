/** What several publications have in common. */

/**
 * How SmoothDARTS's code, and those that follow it, train the supernet's weights on NAS-Bench-201; the benchmark's own
 * searches have Nesterov's momentum and a decay of 5e-4.
 */
export const asSmoothDarts = { weightDecay: 3e-4, nesterov: false };

/** A deviation of the methods that SmoothDARTS's code of NAS-Bench-201, or a copy of it, publishes. */
export const ownClip =
  "On NAS-Bench-201 the clipped norm is that of the weights' gradient; in the public code the gradient that the weight " +
  "step gives the alphas is part of it.";

/** A deviation of the methods whose code moves the learning rate with every weight step. */
export const rateByEpoch =
  "The cosine of the weights' learning rate moves once an epoch; in the public code with every weight step.";
