/** From the logits of images to labels with probabilities. */
import { divergedError } from "../../src/errors.ts";
import { softmax } from "../../src/softmax.ts";

/** What a network says of one image. */
export interface Prediction {
  /** The class whose probability is largest; of several the first. */
  readonly label: string;
  /** Its probability, in [0, 1]. */
  readonly probability: number;
  /** Of all classes, in their order; they sum to one. */
  readonly probabilities: readonly number[];
}

/**
 * The predictions of images whose logits [images, classes] stand one after the other. The softmax is in float64.
 *
 * @throws UserError (exit 5) for a logit that is not finite
 */
export function predictionsOf(logits: Float32Array, classes: readonly string[]): Prediction[] {
  if (!logits.every(Number.isFinite)) {
    throw divergedError(
      "The network computes numbers that are not finite of these images: it is damaged or diverged.",
    );
  }
  return Array.from({ length: logits.length / classes.length }, (_, n) => {
    const probabilities = softmax([...logits.subarray(n * classes.length, (n + 1) * classes.length)]);
    const [best] = ranked(probabilities);
    return { label: classes[best!]!, probability: probabilities[best!]!, probabilities };
  });
}

/** Indices of the classes from the most probable on; of equal ones the first comes first. */
export const ranked = (probabilities: readonly number[]): number[] =>
  [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
