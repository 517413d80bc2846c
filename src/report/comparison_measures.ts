/** The numbers of a single run that a comparison puts side by side. */
import { duration, measure, percent, whole } from "./format.ts";
import { measureTitles } from "./measure_titles.ts";
import type { MetricRow } from "./types.ts";

/** A drawing of one cell, as a run leaves it: `cell-normal.svg` has the kind "normal", `cell.svg` none. */
export interface CellDrawing {
  /** `normal` or `reduce`; empty of a space with a single cell. */
  readonly kind: string;
  /** The file's text. */
  readonly svg: string;
}

/** What a finished run left in its directory. */
export interface RunRecord {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `environment.json`. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** `result.json`. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The rows of `metrics.jsonl`. */
  readonly metrics: readonly MetricRow[];
  /** The drawings of its cells. */
  readonly cells: readonly CellDrawing[];
}

/** The value where it is a finite number. */
export const finite = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** A number of every run. */
export interface Measure {
  readonly key: string;
  readonly title: string;
  /** The title in a terminal, where it is shorter. */
  readonly short?: string | undefined;
  readonly format: (value: number) => string;
  readonly of: (run: RunRecord) => number | undefined;
  /** Which end is better, of those that rank methods. */
  readonly better?: "high" | "low" | undefined;
}

/** A number of the result. */
const result = (key: string): Measure["of"] => ({ result }) => finite(result[key]);

/** The value in the last epoch of a stage that has it. */
const last = (stage: MetricRow["stage"], key: string): Measure["of"] => ({ metrics }) => {
  const row = metrics.findLast((row) => row.stage === stage && finite(row[key]) !== undefined);
  return finite(row?.[key]);
};

/** What the table of trained cells says, where there is one; percent as fractions. */
const lookup = (key: "accuracy" | "rank" | "regret"): Measure["of"] => ({ result }) => {
  const found = result["benchmark"] as RunRecord["result"] | null | undefined;
  const accuracies = found?.["accuracies"] as RunRecord["result"] | undefined;
  const value = finite(key === "accuracy" ? accuracies?.[String(found?.["dataset"])] : found?.[key]);
  return value === undefined || key === "rank" ? value : value / 100;
};

const nearest = (value: number): string => whole(Math.round(value));

const better: Readonly<Record<string, Measure["better"]>> = {
  test_accuracy: "high",
  benchmark_accuracy: "high",
  benchmark_rank: "low",
  benchmark_regret: "low",
};

type Row = readonly [
  key: string,
  title: string,
  format: Measure["format"],
  of: Measure["of"],
  short?: string,
];

const lastTitle = (title: string): string => `Last ${title[0]!.toLowerCase()}${title.slice(1)}`;

/** What is compared. Fractions are fractions of one; a new measure is one line. */
const table: readonly Row[] = [
  ["test_accuracy", "Test accuracy", percent, result("test_accuracy")],
  ["benchmark_accuracy", measureTitles.benchmark_accuracy, percent, lookup("accuracy"), "benchmark"],
  ["benchmark_rank", measureTitles.benchmark_rank, nearest, lookup("rank"), "rank"],
  ["benchmark_regret", measureTitles.benchmark_regret, percent, lookup("regret"), "regret"],
  ["held_out_accuracy", "Held-out accuracy", percent, last("train", "valid_accuracy"), "held out"],
  ["supernet_accuracy", "Supernet accuracy", percent, last("search", "valid_accuracy"), "supernet"],
  ["parameters", "Parameters", nearest, result("parameters")],
  ["seconds", "Time", duration, result("seconds")],
  ["eigenvalue", lastTitle(measureTitles.eigenvalue), measure, last("search", "eigenvalue"), "eigenvalue"],
  ["skip_count", measureTitles.skip_count, measure, result("skip_count"), "skips"],
  [
    "alpha_entropy",
    lastTitle(measureTitles.alpha_entropy),
    measure,
    last("search", "alpha_entropy"),
    "entropy",
  ],
];

export const measures = table.map(([key, title, format, of, short]): Measure => (
  { key, title, format, of, short, better: better[key] }
));
