/** A test of a network as a page: one HTML file that needs nothing else, in the style of the report. */
import { confusionColours, confusionCss, confusionFigure } from "./confusion_figure.ts";
import { measure, percent, whole } from "./format.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { figure, header, type Live, notesList, pageHtml, section } from "./page.ts";
import { reliabilityFigure } from "./reliability_figure.ts";
import { table } from "./tables.ts";
import css from "./test.css" with { type: "text" };
import type { NetworkTest } from "./test_data.ts";
import { intervalTitle, intervalWords } from "./test_note.ts";
import { confusionRows, fewClasses, shareWords } from "./test_table.ts";

/** Confusions that a page lists where a matrix would be too large to read; confusion.csv has all. */
const mostConfusions = 100;
/** Classes that are shown without being asked for. */
const openClasses = 20;

/** The page as the text of an HTML file; `live` among the pages of others. */
export const testHtml = (test: NetworkTest, live?: Live): string =>
  pageHtml({
    title: test.title,
    colours: { ...heatColours, ...confusionColours },
    css: css + heatCss() + confusionCss(),
    headline: headline(test),
    live,
    main: [
      notesList(test.notes),
      section(
        "confusion",
        "What is taken for what",
        "Rows are the classes, columns what their images were taken for. Blue is right, brown is confused; the " +
          "stronger the colour, the larger the share of the class's images.",
        figure(
          false,
          markup`<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">${
            confusionFigure(test)
          }</div>`,
          confusionTable(test),
        ),
      ),
      section(
        "classes",
        "Each class",
        "Precision: of the images taken for a class, the share that is of it. Recall: of its images, the share that " +
          "was taken for it. Its 95 % interval has, 19 times in 20, what it would be of many images.",
        markup`<details${
          raw(test.classes.length <= openClasses ? " open" : "")
        }><summary>Precision and recall of each class</summary>${classTable(test)}</details>`,
      ),
      section(
        "calibration",
        "How far its confidence can be trusted",
        `Of images that the network is about as sure of, the share that it gets right. On the line both are the same; ` +
          `a dot stands at the mean confidence of its bar. Their mean distance, the calibration error, is ${
            percent(test.calibration_error)
          }.`,
        figure(false, reliabilityFigure(test), calibrationTable(test)),
      ),
      section(
        "genotype",
        "Genotype",
        "Of the network that was tested.",
        markup`<pre tabindex="0" aria-label="Genotype">${test.genotype}</pre>`,
      ),
      section(
        "reproduce",
        "Run it again",
        false,
        markup`<pre tabindex="0" aria-label="Command">${test.command}</pre>`,
      ),
    ],
  });

function headline({ title, network, data, split, size, device, ...test }: NetworkTest): Markup {
  const [height, width, channels] = size;
  return header({
    eyebrow: "Test of a trained network",
    title,
    facts: [
      ["Network", network],
      ["Data set", data],
      ["Images", split],
      ["As the network takes them", `${height}×${width}, ${channels === 1 ? "grey" : "in colour"}`],
      ["Device", device],
    ],
    tiles: [
      ["Accuracy", percent(test.accuracy), "main"],
      [intervalTitle, intervalWords(test.accuracy, test.images)],
      ["Loss", measure(test.loss)],
      ["Calibration error", percent(test.calibration_error)],
      ["Images", whole(test.images)],
    ],
  });
}

function confusionTable(test: NetworkTest): Markup {
  const { classes, confusion } = test;
  if (classes.length <= fewClasses) {
    return table(
      "Images of each class by what they were taken for",
      ["Class", ...classes.map(({ name }) => name)],
      confusion.map((row, c) => [classes[c]!.name, ...row.map(whole)]),
    );
  }
  return table(
    "What is confused most often",
    ["Class", "Taken for", "Images", "Of the class"],
    confusionRows(test, mostConfusions),
  );
}

const classTable = ({ classes }: NetworkTest): Markup =>
  table(
    "Precision and recall of each class",
    ["Class", "Precision", "Recall", `${intervalTitle} of the recall`, "Images", "Taken for it"],
    classes.map(({ name, precision, recall, images, predicted }) => [
      ...[name, shareWords(precision), shareWords(recall), intervalWords(recall, images)],
      ...[whole(images), whole(predicted)],
    ]),
  );

const calibrationTable = ({ calibration }: NetworkTest): Markup =>
  table(
    "Accuracy by confidence",
    ["Confidence", "Images", "Mean confidence", "Accuracy"],
    calibration.map(({ from, to, images, confidence, accuracy }) => [
      ...[`${percent(from)} to ${percent(to)}`, whole(images), shareWords(confidence), shareWords(accuracy)],
    ]),
  );
