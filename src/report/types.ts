/**
 * What a report is made of: plain data, as it stands in the files of a run directory. Nothing here knows a
 * device, a search or a file; whoever ends a run fills it in.
 */
import type { Baselines } from "../benchmarks/baselines.ts";
import type { TableEntry } from "../benchmarks/table_lookup.ts";
import type { AlphaRows } from "../network/alphas.ts";
import type { CellDiagram } from "../network/diagram.ts";
import type { Choice } from "../network/family.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";

/** A number that may not have been taken, or was not finite. */
export type Measured = number | null | undefined;

/** One row of `metrics.jsonl`. Accuracies are fractions of one; a measure that was not taken is absent or null. */
export interface MetricRow {
  /** The search, or the training of what it found. */
  readonly stage: "search" | "train";
  /** From 0. */
  readonly epoch: number;
  /** Mean cross-entropy on the batches of the epoch. */
  readonly train_loss?: Measured;
  /** Fraction of one, on the same batches. */
  readonly train_accuracy?: Measured;
  /** On images that train no weights: the alphas' half of a search, those held out of a training. */
  readonly valid_loss?: Measured;
  /** Fraction of one, on the same images. */
  readonly valid_accuracy?: Measured;
  /** Wall time of the epoch. */
  readonly seconds?: Measured;
  /** Further measures: `lr`, `epsilon`, `alpha_entropy`, `skip_count`, `eigenvalue` and others are drawn. */
  readonly [measure: string]: unknown;
}

/** The mixing weights at the end of an epoch, relaxed from the raw alphas that `alphas.jsonl` has. */
export interface MixingEpoch {
  /** From 0. */
  readonly epoch: number;
  /** By matrix, row by row. */
  readonly weights: AlphaRows;
}

/** The numbers at the head of the report, as in `result.json`; whatever else it holds goes into the table. */
export interface RunResult {
  /** Of the network that was trained, the auxiliary head left out. */
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
  /** Fraction of one. */
  readonly test_accuracy?: Measured;
  /** What a table of trained cells says of the cell. */
  readonly benchmark?: TableEntry;
  /** What needs no search, by the same table. */
  readonly baselines?: Baselines;
  /** Images of each class by split. */
  readonly classes?: readonly { readonly name: string; readonly train: number; readonly test: number }[];
  /** Wall time of the whole run. */
  readonly seconds: number;
  /** One sentence each: what a reader should know before trusting the numbers. */
  readonly notes?: readonly string[];
  /** Whatever else the file has. */
  readonly [entry: string]: unknown;
}

/** Where a run is that has not come to its end. */
export interface Unfinished {
  /** In place of the numbers of its result: what they are called, and in words. */
  readonly tiles: readonly (readonly [name: string, words: string])[];
  /** Whether the cells are those that the search would end with now. */
  readonly wouldBe: boolean;
}

/** Everything `reportHtml` draws. Without a search (`space` absent or `mixing` empty) the alphas are left out. */
export interface ReportData {
  /** The heading of the page. */
  readonly title: string;
  /** As users write it; absent where nothing was searched. */
  readonly method?: string | undefined;
  /** As the run names it. */
  readonly dataset: string;
  /** The adapter, in its own words. */
  readonly device: string;
  /** The command lines that make this run again, one after the other. */
  readonly commands: readonly string[];
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `environment.json`. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** The rows of `metrics.jsonl`. */
  readonly metrics: readonly MetricRow[];
  /** The space by name, and the matrices that the search chose by. */
  readonly space?: { readonly name: string; readonly matrices: readonly AlphaMatrix[] } | undefined;
  /** In the order of epochs; empty where nothing was searched. */
  readonly mixing: readonly MixingEpoch[];
  /** What of the matrices went into the genotype. */
  readonly choices: readonly Choice[];
  /** Drawings of the genotype. */
  readonly cells: readonly CellDiagram[];
  /** The genotype as its repositories write it: `Genotype(normal=[…], …)`; absent where there is none yet. */
  readonly genotypeText?: string | undefined;
  /** `result.json`; absent before the run has come to its end. */
  readonly result?: RunResult | undefined;
  /** Of a run without a result. */
  readonly standing?: Unfinished | undefined;
  /** Those of the result, shown by themselves. */
  readonly notes: readonly string[];
}
