/** `evaluate --test-only`: measures a trained network on a data set, in a folder of its own. */
import { inFlags } from "../../src/cli/flags.ts";
import type { Context } from "../../src/cli/main.ts";
import { confineWrites, dropNetwork } from "../../src/cli/permissions.ts";
import type { TestOnlyConfig } from "../../src/config/test_only.ts";
import { nameOf } from "../../src/data/read.ts";
import { cacheFolder } from "../../src/environment.ts";
import { divergedError } from "../../src/errors.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { createRunDirectory } from "../../src/io/run_directory.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { fewTestImagesNotes, measureTest, testCsv, testHtml, testLines } from "../../src/report/mod.ts";
import { readNetwork, trainedFile } from "../../src/training/network_file.ts";
import { environment } from "../run/files.ts";
import { hooksOf } from "../run/hooks.ts";
import { load } from "../run/load.ts";
import { runnerOptions } from "../run/run.ts";
import { batchReporter, openClassifier } from "./classifier.ts";
import { testImages } from "./test_images.ts";

/** Tests, writes the folder, and prints the measures. */
export async function testOnly(settings: TestOnlyConfig, context: Context): Promise<void> {
  const { signal, onStop, progress, print, commandLine } = context;
  const { note } = progress;
  const path = trainedFile(settings.testOnly);
  const network = readNetwork(path);
  const { height, width, channels, resizing = "bilinear" } = network.images;
  const directory = createRunDirectory(settings.out, { label: `test-${nameOf(settings.data)}` });
  using _claimed = directory.claim(onStop);
  const own = { size: { height, width }, resizing, flip: undefined, tested: settings.split };
  const data = await load({ ...settings, ...own }, hooksOf(context));
  const { splits, notes } = await testImages(data, settings.split, network, signal);
  notes.forEach(note);
  confineWrites([directory.path, cacheFolder()]);
  dropNetwork();

  const runner = await Runner.open(settings.adapter, { ...runnerOptions(settings), note, signal });
  const machine = environment(runner, commandLine);
  const images = splits.reduce((sum, { count }) => sum + count, 0);
  const batch = Math.min(settings.batch, Math.max(...splits.map(({ count }) => count)));
  const classifier = await openClassifier(runner, network, batch, { note, signal, what: "This test" });
  const steps = splits.reduce((sum, { count }) => sum + Math.ceil(count / batch), 0);
  const report = batchReporter("test", steps, progress.step);
  const logits = new Float32Array(images * network.classes.length);
  const labels = new Uint16Array(images);
  let first = 0;
  for (const split of splits) {
    const some = await classifier.logits(split, (count) => {
      signal.throwIfAborted();
      report(count);
    });
    logits.set(some, first * network.classes.length);
    labels.set(split.labels, first);
    first += split.count;
  }
  runner.close();
  if (!logits.every(Number.isFinite)) {
    throw divergedError(
      `The network in ${path} computes numbers that are not finite: it is damaged or diverged.`,
    );
  }

  const measures = measureTest(logits, labels, network.classes);
  const test = {
    ...{ title: `Test on ${data.name}`, network: path, genotype: genotypeText(network.net.genotype) },
    ...{ data: data.name, split: splitWords[settings.split], size: [height, width, channels] as const },
    ...measures,
    ...{ command: commandLine, device: String(machine["adapter"]) },
    notes: [...data.notes, ...notes, ...fewTestImagesNotes(measures, measures.images)].map(inFlags),
  };
  const texts = { ...testCsv(test), "report.html": testHtml(test) };
  try {
    directory.writeJson("environment.json", machine);
    for (const [name, text] of Object.entries(texts)) directory.writeText(name, text);
    directory.writeJson("result.json", test);
  } catch (error) {
    // A part of it would keep the next try out of the folder.
    directory.removeIfOnly(["environment.json", ...Object.keys(texts)]);
    throw error;
  }
  if (settings.json) return print(JSON.stringify({ ...test, run: directory.path }));
  [...testLines(test), `report: ${directory.path}/report.html`].forEach(print);
}

const splitWords: Readonly<Record<TestOnlyConfig["split"], string>> = {
  test: "the test images",
  train: "the training images",
  all: "all images",
};
