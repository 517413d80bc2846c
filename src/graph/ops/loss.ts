/** Softmax, cross-entropy and accuracy, from small dense operations (so closed under differentiation). */
import type { Node } from "../node.ts";
import {
  add,
  div,
  equal,
  exp,
  fromU32,
  log,
  mul,
  neg,
  scale,
  shift,
  stopGradient,
  sub,
} from "./elementwise.ts";
import { vector } from "./leaf.ts";
import { broadcastTo, max, sum } from "./reduce.ts";
import { reshape } from "./view.ts";

/** x minus its maximum along `axis`. The shift cancels in softmax, so it is no part of the gradient. */
const shifted = (x: Node, axis: number): Node => sub(x, stopGradient(max(x, axis)));

/** Softmax along one axis of a dense tensor. */
export function softmax(x: Node, axis: number): Node {
  const e = exp(shifted(x, axis));
  return div(e, sum(e, [axis]));
}

/** Logarithm of the softmax along one axis. */
export function logSoftmax(x: Node, axis: number): Node {
  const s = shifted(x, axis);
  return sub(s, log(sum(exp(s), [axis])));
}

/** Labels u32 [N] as columns of a [classes, N] matrix of zeros and ones. */
export function oneHot(labels: Node, classes: number): Node {
  const [n] = labels.shape as [number];
  const numbers = reshape(vector(Array.from({ length: classes }, (_, i) => i)), [classes, 1]);
  return equal(broadcastTo(numbers, [classes, n]), reshape(fromU32(labels), [1, n]));
}

/**
 * Mean cross-entropy of logits [classes, N] against labels u32 [N], shape [1].
 * `smoothing` s gives every class s/classes and the label 1 − s more (label smoothing, Szegedy et al. 2016).
 */
export function crossEntropy(logits: Node, labels: Node, smoothing = 0): Node {
  const [classes, n] = logits.shape as [number, number];
  const target = shift(scale(oneHot(labels, classes), 1 - smoothing), smoothing / classes);
  return scale(sum(mul(logSoftmax(logits, 0), target)), -1 / n);
}

/** How many of N columns of logits [classes, N] have their first maximum at the label: shape [1]. */
export function countCorrect(logits: Node, labels: Node): Node {
  const [classes] = logits.shape as [number, number];
  const isMax = equal(logits, broadcastTo(max(logits, 0), logits.shape));
  // The first of several maxima counts: the largest of (classes − index) over the maxima.
  const ranks = reshape(vector(Array.from({ length: classes }, (_, i) => classes - i)), [classes, 1]);
  const predicted = add(neg(max(mul(isMax, ranks), 0)), vector([classes]));
  return sum(equal(predicted, reshape(fromU32(labels), predicted.shape)));
}
