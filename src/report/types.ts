/**
 * What a report is made of: plain data, as it stands in the files of a run directory. Nothing here knows a
 * device, a search or a file; whoever ends a run fills it in.
 */
import type { Genotype } from "../network/genotype.ts";
import type { Space } from "../spaces/space.ts";

type Measure = number | null | undefined;

/** One row of `metrics.jsonl`. Accuracies are fractions of one; a measure that was not taken is absent or null. */
export interface MetricRow {
  readonly stage: "search" | "train";
  readonly epoch: number;
  readonly train_loss?: Measure;
  readonly train_accuracy?: Measure;
  readonly valid_loss?: Measure;
  readonly valid_accuracy?: Measure;
  readonly seconds?: Measure;
  /** Further measures: `lr`, `epsilon`, `alpha_entropy`, `skip_count`, `eigenvalue` and others are drawn. */
  readonly [measure: string]: unknown;
}

/** One row of `alphas.jsonl`: the raw logits of each edge, [edges][operations of that edge]. */
export interface AlphaRow {
  readonly epoch: number;
  readonly normal: readonly (readonly number[])[];
  readonly reduce: readonly (readonly number[])[];
}

/** The numbers at the head of the report, as in `result.json`; whatever else it holds goes into the table. */
export interface RunResult {
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
  /** Fraction of one. */
  readonly test_accuracy?: Measure;
  /** Wall time of the whole run. */
  readonly seconds: number;
  readonly [entry: string]: unknown;
}

/** Everything `reportHtml` draws. Without a search (`space` absent or `alphas` empty) the alphas are left out. */
export interface ReportData {
  readonly title: string;
  readonly method?: string | undefined;
  readonly dataset: string;
  readonly device: string;
  /** The command line that makes this run again. */
  readonly command: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly metrics: readonly MetricRow[];
  readonly space?: Pick<Space, "name" | "edges" | "candidates"> | undefined;
  readonly alphas: readonly AlphaRow[];
  readonly genotype: Genotype;
  /** The genotype as every DARTS repository writes it: `Genotype(normal=[…], …)`. */
  readonly genotypeText: string;
  readonly result: RunResult;
  /** One sentence each: what a reader should know before trusting the numbers. */
  readonly notes: readonly string[];
}
