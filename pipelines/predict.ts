/** `predict`: the classes of images, by a trained network. */
import { runCommand } from "../src/cli/main.ts";
import { predictCommand } from "../src/config/spec.ts";
import type { Failure } from "../src/data/image_decoding.ts";
import { dataError } from "../src/errors.ts";
import { imageFiles } from "./prediction/image_files.ts";
import { foundNetwork } from "./prediction/opening.ts";
import { largestBatch, predictFiles } from "./prediction/predict_files.ts";
import { writerOf } from "./prediction/writers.ts";

await runCommand(predictCommand, async (settings, { progress, print }) => {
  const { note } = progress;
  const { path, network, open } = foundNetwork(settings, note);
  const { files, failures, notes } = await imageFiles(settings.images, network.images);
  const count = files.length + failures.length;
  const unread: Failure[] = [];
  const onFailure = (failure: Failure) => {
    unread.push(failure);
    // The only one is told at the end.
    if (count > 1) note(`Skipped ${failure.path}: ${failure.why}`);
  };
  failures.forEach(onFailure);
  notes.forEach(note);
  const batch = Math.min(settings.batch, files.length, largestBatch(network.images));
  const classifier = files.length > 0 ? await open(batch) : undefined;
  const writer = writerOf(settings, { path, classes: network.classes, files, print });
  if (classifier) {
    const listeners = { onPrediction: writer.add, onFailure, onStep: progress.step, note };
    try {
      await predictFiles({ classifier, network, files, batch }, listeners);
    } finally {
      await classifier.close();
    }
  }
  writer.end(unread);
  const [first] = unread;
  if (first === undefined) return;
  throw dataError(
    count === 1
      ? `Cannot predict ${first.path}: ${first.why}.`
      : `${unread.length} of ${count} could not be read${
        unread.length === 1 ? "" : ", the first of them"
      }: ${first.path} (${first.why}).`,
  );
});
