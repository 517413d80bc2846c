/** What a test of a trained network comes to, from its logits: accuracy, each class, what is confused, calibration. */
import { softmax } from "../softmax.ts";

/** How a network does on the images of one class. */
export interface TestedClass {
  /** As the network knows it. */
  readonly name: string;
  /** Images of the class. */
  readonly images: number;
  /** Images, of whatever class, that were taken for it. */
  readonly predicted: number;
  /** Share of those that were taken for it that are of it; null where none was. */
  readonly precision: number | null;
  /** Share of its images that were taken for it; null where it has none. */
  readonly recall: number | null;
}

/** The images whose predictions are about as sure: those with `from` < confidence ≤ `to`. */
export interface CalibrationBin {
  /** Confidence that is too low for the bin. */
  readonly from: number;
  /** Largest confidence in it. */
  readonly to: number;
  /** How many they are. */
  readonly images: number;
  /** Mean probability of the predicted class; null where there are no images. */
  readonly confidence: number | null;
  /** Share that is right; null where there are no images. */
  readonly accuracy: number | null;
}

/** What a test measures. Shares are fractions of one. */
export interface TestMeasures {
  /** How many were tested. */
  readonly images: number;
  /** Share that is right. */
  readonly accuracy: number;
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  /** Expected calibration error: the mean distance of accuracy and confidence over the bins, by their images. */
  readonly calibration_error: number;
  /** In the order of the logits. */
  readonly classes: readonly TestedClass[];
  /** Images of each class (rows) by what they were taken for (columns). */
  readonly confusion: readonly (readonly number[])[];
  /** Fifteen bins, from unsure to sure. */
  readonly calibration: readonly CalibrationBin[];
}

/** Bins of equal width, as in Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2. */
const bins = 15;

/** The share, or null of nothing. */
const share = (part: number, whole: number): number | null => whole === 0 ? null : part / whole;

/**
 * The measures of images whose logits [images, classes] stand one after the other, in float64. An image is taken for the
 * class with the largest logit, of several for the first.
 *
 * @param labels classes of the images [images]
 * @param classes names in the order of the logits
 */
export function measureTest(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: readonly string[],
): TestMeasures {
  const images = labels.length;
  const confusion = classes.map(() => classes.map(() => 0));
  const sums = Array.from({ length: bins }, () => ({ images: 0, confidence: 0, right: 0 }));
  let loss = 0;
  for (let n = 0; n < images; n++) {
    const row = [...logits.subarray(n * classes.length, (n + 1) * classes.length)];
    const label = labels[n]!;
    const largest = Math.max(...row);
    const taken = row.indexOf(largest);
    confusion[label]![taken]!++;
    // By the logits: a probability may be too small for a number.
    loss += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest - row[label]!;
    const confidence = softmax(row)[taken]!;
    const bin = sums[Math.min(bins, Math.max(1, Math.ceil(confidence * bins))) - 1]!;
    bin.images++;
    bin.confidence += confidence;
    bin.right += Number(taken === label);
  }
  const right = confusion.reduce((sum, row, c) => sum + row[c]!, 0);
  return {
    images,
    accuracy: right / images,
    loss: loss / images,
    calibration_error: sums.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0) / images,
    classes: classes.map((name, c) => {
      const [own, predicted] = [confusion[c]!, confusion.map((row) => row[c]!)].map((counts) =>
        counts.reduce((sum, count) => sum + count, 0)
      ) as [number, number];
      const hits = confusion[c]![c]!;
      return { name, images: own, predicted, precision: share(hits, predicted), recall: share(hits, own) };
    }),
    confusion,
    calibration: sums.map(({ images, confidence, right }, b) => ({
      ...{ from: b / bins, to: (b + 1) / bins, images },
      ...{ confidence: share(confidence, images), accuracy: share(right, images) },
    })),
  };
}

/** Images of one class that were taken for another. */
export interface Confusion {
  readonly is: string;
  readonly taken: string;
  readonly images: number;
  /** Of the class's images. */
  readonly share: number;
}

/** What is confused, the most images first. */
export const confusions = ({ classes, confusion }: TestMeasures): Confusion[] =>
  confusion.flatMap((row, c) =>
    row.flatMap((images, k) =>
      c === k || images === 0
        ? []
        : [{ is: classes[c]!.name, taken: classes[k]!.name, images, share: images / classes[c]!.images }]
    )
  ).sort((a, b) => b.images - a.images);

/** A test and what it is of. */
export interface NetworkTest extends TestMeasures {
  /** Of the page. */
  readonly title: string;
  /** The file of the network. */
  readonly network: string;
  /** Its cells, as text. */
  readonly genotype: string;
  /** The data set. */
  readonly data: string;
  /** Which of its images. */
  readonly split: string;
  /** Height, width and channels of the images as the network takes them. */
  readonly size: readonly [height: number, width: number, channels: number];
  /** How to do it again. */
  readonly command: string;
  /** What it was computed on. */
  readonly device: string;
  /** One sentence each. */
  readonly notes: readonly string[];
}
