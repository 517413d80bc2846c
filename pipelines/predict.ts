/** `predict`: the classes of images, by a trained network. */
import { runCommand } from "../src/cli/main.ts";
import { predictCommand } from "../src/config/spec.ts";
import type { Failure } from "../src/data/image_decoding.ts";
import { dataError } from "../src/errors.ts";
import { Runner } from "../src/gpu/mod.ts";
import { readNetwork } from "../src/training/network_file.ts";
import { openClassifier } from "./prediction/classifier.ts";
import { imageFiles } from "./prediction/image_files.ts";
import { predictFiles } from "./prediction/predict_files.ts";
import { writerOf } from "./prediction/writers.ts";
import { runnerOptions } from "./run/run.ts";
import { trainedFile } from "./training/trained.ts";

await runCommand(predictCommand, async (settings, { progress, print }) => {
  const path = trainedFile(settings.network);
  const network = readNetwork(path);
  const { note } = progress;
  const { files, failures, notes } = await imageFiles(settings.images, network.images);
  const unread: Failure[] = [];
  const onFailure = (failure: Failure) => {
    unread.push(failure);
    note(`Skipped ${failure.path}: ${failure.why}`);
  };
  const count = files.length + failures.length;
  if (count > 1) failures.forEach(onFailure);
  else unread.push(...failures);
  if (files.length > 0) {
    notes.forEach(note);
    const batch = Math.min(settings.batch, files.length);
    const runner = await Runner.open(settings.adapter, { ...runnerOptions(settings), note });
    const classifier = await openClassifier(runner, network, batch, { note, what: "Predicting" });
    const writer = writerOf(settings, { path, classes: network.classes, files, print });
    await predictFiles({ classifier, network, files, batch }, {
      onPrediction: (file, prediction) => {
        progress.clear();
        writer.add(file, prediction);
      },
      ...{ onFailure, onStep: progress.step, note },
    });
    progress.clear();
    writer.end(unread);
    runner.close();
  }
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
