/** The epochs of a search on their way into `metrics.jsonl`, `alphas.jsonl` and the report. */
import type { LogColumn } from "../../src/io/log_columns.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import type { MetricRow, MixingEpoch } from "../../src/report/mod.ts";
import type { AnySearchEpoch, Seen } from "../stages/epoch.ts";
import { type LoggedEpoch, writeAlphaDistances } from "./alpha_path.ts";
import { metricRow } from "../run/files.ts";

/** Which of a method's searches an epoch belongs to. */
export interface SearchNumber {
  /** From 0. */
  readonly index: number;
  /** The column that tells them apart in the log: `search` for whole searches; absent where one is all. */
  readonly column?: "search" | "search_stage";
}

/** What is seen of the alphas, under the names of the log. */
const seenRow = (
  { genotype, step, skips, nones, skipWeight, margin, entropy, alignment = {}, judgement }: Partial<Seen>,
): Partial<Record<LogColumn, unknown>> => ({
  genotype: genotype && genotypeText(genotype),
  step,
  skip_count: skips,
  none_count: nones,
  skip_weight: skipWeight,
  alpha_margin: margin,
  alpha_entropy: entropy,
  ...Object.fromEntries(Object.entries(alignment).map(([cell, value]) => [`layer_alignment_${cell}`, value])),
  ...judgement && {
    benchmark_accuracy: judgement.accuracies[judgement.dataset],
    benchmark_validation_accuracy: judgement.validation,
    benchmark_rank: judgement.rank,
    benchmark_regret: judgement.regret,
  },
});

export type OnEpoch = (epoch: AnySearchEpoch, part: SearchNumber) => void;

export class SearchLog {
  /** What the report shows of each part; a rollback takes rows away. */
  readonly #parts: { metrics: MetricRow[]; mixing: MixingEpoch[] }[] = [];
  readonly #logged: LoggedEpoch[] = [];
  /** Of all epochs, those that were rolled back too. */
  readonly rows: MetricRow[] = [];

  constructor(private readonly directory: RunDirectory) {}

  epoch(epoch: AnySearchEpoch, { index, column }: SearchNumber): void {
    const part = column && { [column]: index };
    const row = metricRow("search", epoch, {
      ...part,
      architecture_loss: epoch.architecture?.loss ?? null,
      ...epoch.numbers,
      ...seenRow(epoch),
      ...epoch.curvature && {
        eigenvalue: epoch.curvature.eigenvalue,
        eigenvalue_error: epoch.curvature.eigenvalueError,
        discretization_gap: epoch.curvature.discretizationGap ?? null,
      },
    });
    const record = this.#parts[index] ??= { metrics: [], mixing: [] };
    const again = record.metrics.findIndex((other) => other.epoch === epoch.epoch);
    const from = again < 0 ? record.metrics.length : again;
    record.metrics.splice(from, Infinity, row);
    this.directory.appendRow("metrics.jsonl", row);
    this.rows.push(row);
    const { alphas, weights } = epoch;
    if (!alphas || !weights) return;
    for (const look of epoch.looks ?? []) {
      this.directory.appendRow("steps.jsonl", { ...part, epoch: epoch.epoch, ...seenRow(look) });
    }
    record.mixing.splice(from, Infinity, { epoch: epoch.epoch, weights });
    this.#logged.push({ search: index, row, alphas });
    this.directory.appendRow("alphas.jsonl", { epoch: epoch.epoch, ...part, ...alphas });
  }

  /** What the report shows: the metrics of some parts, and how the last of them moved its mixtures. */
  shown(parts: readonly number[], withDistances: boolean): { metrics: MetricRow[]; mixing: MixingEpoch[] } {
    const distances = withDistances && this.#logged.length > 0
      ? writeAlphaDistances(this.directory, this.#logged)
      : undefined;
    return {
      metrics: parts.flatMap((index) => this.#parts[index]!.metrics.map((row) => distances?.get(row) ?? row)),
      mixing: this.#parts[parts.at(-1) ?? -1]?.mixing ?? [],
    };
  }
}
