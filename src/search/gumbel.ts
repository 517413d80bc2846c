/**
 * Mixing weights drawn by the Gumbel-softmax (Jang, Gu & Poole 2017; Maddison, Mnih & Teh 2017): a relaxed one-hot
 * sample of every row of alphas, soft or with its largest entry alone.
 */
import type { Node } from "../graph/node.ts";
import {
  add,
  clamp,
  constant,
  div,
  equal,
  log,
  max,
  mul,
  neg,
  softmax,
  stopGradient,
  sub,
  uniformNoise,
} from "../graph/ops/mod.ts";

/**
 * Gumbel noise, −log of an exponential number. Uniform numbers may be 0, and a logarithm near 1 is inexact on
 * devices, so both logarithms are kept where they are finite: the noise lies in (−2.9, 14.6).
 */
export function gumbelNoise(key: Node, stream: number, shape: readonly number[]): Node {
  const exponential = neg(log(clamp(uniformNoise(key, stream, shape), 2 ** -25, 1)));
  return neg(log(clamp(exponential, 2 ** -21, 32)));
}

/**
 * softmax((log softmax(alphas) + noise)/temperature) of every row [rows, choices]; the noise is left out where there is
 * none.
 */
export function relaxedSample(alphas: Node, noise: Node | undefined, temperature: Node): Node {
  // A row's logarithm of the sum moves all of it alike, which the outer softmax does not see.
  return softmax(div(noise ? add(alphas, noise) : alphas, temperature), 1);
}

/** One for the largest entry of every row, the first of equals; zero for the others. Not differentiable. */
export function largestOfRows(matrix: Node): Node {
  const columns = matrix.shape[1]!;
  const largest = equal(matrix, max(matrix, 1));
  const firstMost = Float32Array.from({ length: columns }, (_, k) => columns - k);
  const ranked = mul(largest, constant(firstMost, [1, columns]));
  return stopGradient(equal(ranked, max(ranked, 1)));
}

/** The straight-through estimate: the value of {@link largestOfRows}, exactly, with the gradient of the sample itself. */
export const straightThrough = (sample: Node): Node =>
  add(largestOfRows(sample), sub(sample, stopGradient(sample)));
