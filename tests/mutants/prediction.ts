/** Mistakes in what is made of a trained network's logits. */
import { type Mutant, mutants } from "./mutant.ts";

export const prediction: readonly Mutant[] = [
  ...mutants("src/report/test_data.ts", "tests/report/test_measures_test.ts", [
    {
      what: "precision and recall are swapped",
      from: "precision: share(hits, predicted), recall: share(hits, own)",
      to: "precision: share(hits, own), recall: share(hits, predicted)",
      ci: true,
    },
    {
      what: "rows of the confusion matrix are what images were taken for",
      from: "confusion[label]![taken]!++",
      to: "confusion[taken]![label]!++",
    },
    {
      what: "a bin holds its lower edge",
      from: "Math.ceil(confidence * bins)",
      to: "Math.floor(confidence * bins) + 1",
    },
    {
      what: "of equal logits the last is taken",
      from: "row.indexOf(largest)",
      to: "row.lastIndexOf(largest)",
    },
    {
      what: "the calibration error is the distance of all images, not of each bin's",
      from: "sum + Math.abs(bin.right - bin.confidence)",
      to: "sum + bin.right - bin.confidence",
    },
  ]),
  ...mutants("pipelines/prediction/test_images.ts", "tests/pipelines/test_images_test.ts", [
    {
      what: "labels keep the data's order of classes",
      from: "moved ? Uint16Array.from(images.labels, (label) => order[label]!) : images.labels",
      to: "images.labels",
    },
    {
      what: "data of other classes are taken",
      from: "data.classes.length !== classes.length || order.includes(-1)",
      to: "false",
    },
  ]),
  ...mutants("pipelines/prediction/classifier.ts", "tests/pipelines/trained_test.ts", [
    {
      what: "logits of a batch stand class by class",
      from: "columns[c * batch + n]",
      to: "columns[n * classes + c]",
    },
  ]),
  ...mutants("pipelines/prediction/opening.ts", "tests/cli/predict_test.ts", [
    {
      what: "onnxruntime gets the first batch again and again",
      from: "pixels.subarray(first * bytes, last * bytes)",
      to: "pixels.subarray(0, (last - first) * bytes)",
      filter: "onnxruntime says the same",
    },
  ]),
  ...mutants("pipelines/prediction/writers.ts", "tests/cli/predict_test.ts", [
    {
      what: "CSV has all classes, whatever was asked for",
      from: "csvWriter(shown, written)",
      to: "csvWriter(written.classes.length, written)",
      filter: "a table, CSV and JSON",
    },
  ]),
];
