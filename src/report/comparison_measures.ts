/** The numbers of a single run that a comparison puts side by side. */
import { duration, measure, percent, whole } from "./format.ts";
import type { MetricRow } from "./types.ts";

type Values = Readonly<Record<string, unknown>>;

/** A drawing of one cell, as a run leaves it: `cell-normal.svg` has the kind "normal", `cell.svg` none. */
export interface CellDrawing {
  readonly kind: string;
  readonly svg: string;
}

/** What a finished run left in its directory. */
export interface RunRecord {
  readonly config: Values;
  readonly environment: Values;
  readonly result: Values;
  readonly metrics: readonly MetricRow[];
  readonly cells: readonly CellDrawing[];
}

/** A number that is one. */
export const finite = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** The value of a measure in the last epoch of a stage that has it. */
function last({ metrics }: RunRecord, stage: MetricRow["stage"], key: string): number | undefined {
  const row = metrics.findLast((row) => row.stage === stage && finite(row[key]) !== undefined);
  return finite(row?.[key]);
}

/** What the table of trained cells says, where there is one; accuracies in percent. */
function benchmark({ result }: RunRecord, key: "accuracy" | "rank" | "regret"): number | undefined {
  const found = result["benchmark"] as Values | null | undefined;
  if (key !== "accuracy") return finite(found?.[key]);
  return finite((found?.["accuracies"] as Values | undefined)?.[String(found?.["dataset"])]);
}

const hundredth = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / 100;

/** A number of every run. */
export interface Measure {
  readonly key: string;
  readonly title: string;
  /** The title in a terminal, where it is shorter. */
  readonly short?: string;
  readonly format: (value: number) => string;
  readonly of: (run: RunRecord) => number | undefined;
  /** Which end is better, of those that rank methods. */
  readonly better?: "high" | "low";
}

/** What is compared. Fractions are fractions of one; a new measure is one entry. */
export const measures: readonly Measure[] = [
  {
    key: "test_accuracy",
    title: "Test accuracy",
    format: percent,
    of: ({ result }) => finite(result["test_accuracy"]),
    better: "high",
  },
  {
    key: "benchmark_accuracy",
    title: "Benchmark accuracy",
    short: "benchmark",
    format: percent,
    of: (run) => hundredth(benchmark(run, "accuracy")),
    better: "high",
  },
  {
    key: "benchmark_rank",
    title: "Benchmark rank",
    short: "rank",
    format: (rank) => whole(Math.round(rank)),
    of: (run) => benchmark(run, "rank"),
    better: "low",
  },
  {
    key: "benchmark_regret",
    title: "Regret",
    format: percent,
    of: (run) => hundredth(benchmark(run, "regret")),
    better: "low",
  },
  {
    key: "held_out_accuracy",
    title: "Held-out accuracy",
    short: "held out",
    format: percent,
    of: (run) => last(run, "train", "valid_accuracy"),
  },
  {
    key: "supernet_accuracy",
    title: "Supernet accuracy",
    short: "supernet",
    format: percent,
    of: (run) => last(run, "search", "valid_accuracy"),
  },
  {
    key: "parameters",
    title: "Parameters",
    format: (value) => whole(Math.round(value)),
    of: ({ result }) => finite(result["parameters"]),
  },
  { key: "seconds", title: "Time", format: duration, of: ({ result }) => finite(result["seconds"]) },
  {
    key: "eigenvalue",
    title: "Last eigenvalue",
    short: "eigenvalue",
    format: measure,
    of: (run) => last(run, "search", "eigenvalue"),
  },
  { key: "skip_count", title: "Skips", format: measure, of: ({ result }) => finite(result["skip_count"]) },
  {
    key: "alpha_entropy",
    title: "Last alpha entropy",
    short: "entropy",
    format: measure,
    of: (run) => last(run, "search", "alpha_entropy"),
  },
];
