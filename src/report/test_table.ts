/** A test of a network as text: lines for a terminal, and tables as CSV. */
import { visible } from "../errors.ts";
import { aligned } from "./aligned.ts";
import { csvText } from "./csv.ts";
import { percent } from "./format.ts";
import { confusions, type NetworkTest, type TestMeasures } from "./test_data.ts";
import { intervalTitle, intervalWords } from "./test_note.ts";

/** Classes up to which a confusion matrix is written out. */
export const fewClasses = 12;
const mostConfusions = 10;

/** A share, or what stands where there is none. */
export const shareWords = (share: number | null): string => share === null ? "–" : percent(share);

/** The confusions of many classes as rows: what it is, what it was taken for, images, share of the class. */
export const confusionRows = (test: TestMeasures, most: number): string[][] =>
  confusions(test).slice(0, most).map(({ is, taken, images, share }) => [
    ...[is, taken, String(images), percent(share)],
  ]);

/** The test in lines. */
export function testLines(test: NetworkTest): string[] {
  const { classes, confusion } = test;
  const names = classes.map(({ name }) => visible(name));
  const numbers = aligned([
    ["accuracy", percent(test.accuracy)],
    [intervalTitle, intervalWords(test.accuracy, test.images)],
    ["loss", test.loss.toPrecision(4)],
    ["calibration error", percent(test.calibration_error)],
    ["images", String(test.images)],
  ]);
  const each = aligned([
    ["class", "precision", "recall", "images"],
    ...classes.map(({ precision, recall, images }, c) => [
      ...[names[c]!, shareWords(precision), shareWords(recall), String(images)],
    ]),
  ]);
  const confused = confusionRows(test, mostConfusions).map((row) => row.map(visible));
  const matrix = classes.length <= fewClasses
    ? [
      "rows: the class; columns: what its images were taken for, in the same order",
      ...aligned(confusion.map((row, c) => [names[c]!, ...row.map(String)])),
    ]
    : confused.length === 0
    ? ["nothing was confused"]
    : ["confused most often", ...aligned([["class", "taken for", "images", "of the class"], ...confused])];
  return [...numbers, "", ...each, "", ...matrix, "", ...test.notes.map(visible)];
}

/** The tables of a test as files of CSV, by name. */
export const testCsv = ({ classes, confusion, calibration }: TestMeasures): Record<string, string> => ({
  "classes.csv": csvText([
    ["class", "images", "predicted", "precision", "recall"],
    ...classes.map(({ name, images, predicted, precision, recall }) => [
      ...[name, images, predicted, precision, recall],
    ]),
  ]),
  "confusion.csv": csvText([
    ["class", ...classes.map(({ name }) => name)],
    ...confusion.map((row, c) => [classes[c]!.name, ...row]),
  ]),
  "calibration.csv": csvText([
    ["from", "to", "images", "confidence", "accuracy"],
    ...calibration.map(({ from, to, images, confidence, accuracy }) => [
      ...[from, to, images, confidence, accuracy],
    ]),
  ]),
});
