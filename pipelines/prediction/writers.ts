/** Predictions on standard output: as a table, as CSV, or as JSON. */
import type { PredictConfig } from "../../src/config/predict.ts";
import type { Failure } from "../../src/data/image_decoding.ts";
import { visible } from "../../src/errors.ts";
import { csvRow } from "../../src/report/csv.ts";
import { type Prediction, ranked } from "./predictions.ts";

/** Takes predictions one after the other. */
export interface PredictionWriter {
  readonly add: (file: string, prediction: Prediction) => void;
  /** After the last one, with what could not be read. */
  readonly end: (unread: readonly Failure[]) => void;
}

/** What is written of. */
export interface Written {
  /** The file of the network. */
  readonly path: string;
  readonly classes: readonly string[];
  readonly files: readonly string[];
  /** Writes a line. */
  readonly print: (line: string) => void;
}

/** The writer that the settings ask for; a table and CSV are written as predictions come. */
export function writerOf(
  { json, csv, top }: Pick<PredictConfig, "json" | "csv" | "top">,
  written: Written,
): PredictionWriter {
  if (json) return jsonWriter(written);
  const shown = Math.min(top, written.classes.length);
  return csv ? csvWriter(shown, written) : tableWriter(shown, written);
}

/** One object: probabilities are in the order of the classes. */
function jsonWriter({ path, classes, print }: Written): PredictionWriter {
  const predictions: (Prediction & { readonly file: string })[] = [];
  return {
    add: (file, prediction) => predictions.push({ file, ...prediction }),
    end: (unread) => print(JSON.stringify({ network: path, classes, predictions, unread })),
  };
}

/** The most probable classes of an image, with their probabilities. */
const best = ({ probabilities }: Prediction, classes: readonly string[], top: number) =>
  ranked(probabilities).slice(0, top).map((c) => [classes[c]!, probabilities[c]!] as const);

function csvWriter(top: number, { classes, print }: Written): PredictionWriter {
  const columns = Array.from({ length: top }, (_, i) => i === 0 ? "" : `_${i + 1}`);
  print(csvRow(["file", ...columns.flatMap((rank) => [`label${rank}`, `probability${rank}`])]));
  return {
    add: (file, prediction) => print(csvRow([file, ...best(prediction, classes, top).flat()])),
    end: () => {},
  };
}

/** Columns as wide as the longest of what may stand in them: the first line is written before the last is known. */
function tableWriter(top: number, { classes, files, print }: Written): PredictionWriter {
  const widest = (names: readonly string[]) =>
    names.reduce((most, name) => Math.max(most, visible(name).length), 0);
  const [file, label] = [widest(files), widest(classes)];
  const percent = (probability: number) => `${(100 * probability).toFixed(1)} %`.padStart(7);
  return {
    add: (path, prediction) => {
      const labels = best(prediction, classes, top).map(([name, probability]) =>
        `${visible(name).padEnd(label)} ${percent(probability)}`
      );
      print([visible(path).padEnd(file), ...labels].join("  "));
    },
    end: () => {},
  };
}
