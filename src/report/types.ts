/**
 * What a report is made of: plain data, as it stands in the files of a run directory. Nothing here knows a
 * device, a search or a file; whoever ends a run fills it in.
 */
import type { TableEntry } from "../benchmarks/table_lookup.ts";
import type { AlphaRows } from "../network/alphas.ts";
import type { CellDiagram } from "../network/diagram.ts";
import type { Choice } from "../network/family.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";

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

/** The mixing weights at the end of an epoch, relaxed from the raw alphas that `alphas.jsonl` has. */
export interface MixingEpoch {
  readonly epoch: number;
  readonly weights: AlphaRows;
}

/** The numbers at the head of the report, as in `result.json`; whatever else it holds goes into the table. */
export interface RunResult {
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
  /** Fraction of one. */
  readonly test_accuracy?: Measure;
  /** What a table of trained cells says of the cell. */
  readonly benchmark?: TableEntry;
  /** Images of each class by split. */
  readonly classes?: readonly { readonly name: string; readonly train: number; readonly test: number }[];
  /** Wall time of the whole run. */
  readonly seconds: number;
  /** One sentence each: what a reader should know before trusting the numbers. */
  readonly notes?: readonly string[];
  readonly [entry: string]: unknown;
}

/** Everything `reportHtml` draws. Without a search (`space` absent or `mixing` empty) the alphas are left out. */
export interface ReportData {
  readonly title: string;
  readonly method?: string | undefined;
  readonly dataset: string;
  readonly device: string;
  /** The command lines that make this run again, one after the other. */
  readonly commands: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly metrics: readonly MetricRow[];
  /** The space by name, and the matrices that the search chose by. */
  readonly space?: { readonly name: string; readonly matrices: readonly AlphaMatrix[] } | undefined;
  readonly mixing: readonly MixingEpoch[];
  /** What of the matrices went into the genotype. */
  readonly choices: readonly Choice[];
  readonly cells: readonly CellDiagram[];
  /** The genotype as its repositories write it: `Genotype(normal=[…], …)`. */
  readonly genotypeText: string;
  readonly result: RunResult;
  /** Those of the result, shown by themselves. */
  readonly notes: readonly string[];
}
