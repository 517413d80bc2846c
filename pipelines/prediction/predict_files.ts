/** Predicting image files, a part at a time: what is decoded has to fit the memory, however many files there are. */
import type { StepReport } from "../../src/cli/reports.ts";
import { maxPixelBytes, type Size } from "../../src/data/dataset.ts";
import type { Failure } from "../../src/data/image_decoding.ts";
import { decodeImages } from "../../src/data/read_images.ts";
import type { DescribedNetwork } from "../../src/training/network_file.ts";
import { batchReporter, type Classifier } from "./classifier.ts";
import { type Prediction, predictionsOf } from "./predictions.ts";

export interface FilesToPredict {
  readonly classifier: Classifier;
  readonly network: DescribedNetwork;
  readonly files: readonly string[];
  /** Images a step. */
  readonly batch: number;
}

export interface PredictionListeners {
  /** Each file that could be read, in their order. */
  readonly onPrediction: (file: string, prediction: Prediction) => void;
  /** Each that could not. */
  readonly onFailure: (failure: Failure) => void;
  readonly onStep: (report: StepReport) => void;
  readonly note: (words: string) => void;
}

/** Images that are decoded at a time, as far as their bytes go: enough to keep all workers busy. */
const mostImages = 1024;
const mostBytes = 2 ** 26;

/** The most images of a step, which are decoded together. */
export const largestBatch = ({ height, width }: Size): number =>
  Math.floor(maxPixelBytes / (3 * height * width));

/** Predicts files; of those that cannot be read it tells why, and goes on. */
export async function predictFiles(
  { classifier, network, files, batch }: FilesToPredict,
  { onPrediction, onFailure, onStep, note }: PredictionListeners,
): Promise<void> {
  const { height, width, channels } = network.images;
  const most = Math.min(mostImages, mostBytes / (3 * Math.max(height, width) ** 2));
  const part = batch * Math.max(1, Math.floor(most / batch));
  const report = batchReporter("predict", Math.ceil(files.length / batch), onStep);
  let coloured = false;
  for (let first = 0; first < files.length; first += part) {
    const paths = files.slice(first, first + part);
    const decoded = await decodeImages(paths, network.images);
    decoded.failures.forEach(onFailure);
    if (decoded.coloured && channels === 1 && !coloured) {
      coloured = true;
      note("Colours become grey by their luma: the network was trained on grey images");
    }
    const unread = new Set(decoded.failures.map(({ path }) => path));
    const read = paths.filter((path) => !unread.has(path));
    const logits = await classifier.logits(decoded.images, report);
    predictionsOf(logits, network.classes).forEach((prediction, n) => onPrediction(read[n]!, prediction));
  }
}
