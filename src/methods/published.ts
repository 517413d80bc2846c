/** What several publications have in common. */

/**
 * How SmoothDARTS's code, and those that follow it, train the supernet's weights on NAS-Bench-201; the benchmark's own
 * searches have Nesterov's momentum and a decay of 5e-4.
 */
export const plainMomentum = { weightDecay: 3e-4, nesterov: false };
