/** The table of a comparison: as text, as CSV, as JSON, and the words that the page shares with them. */
import { aligned } from "./aligned.ts";
import { asMeasures, baselineLines, judged } from "./comparison_baselines.ts";
import {
  type ComparedRun,
  type Comparison,
  eigenvalues,
  type GroupSummary,
  quarters,
  type Span,
  type Statistic,
  summarise,
  type Summary,
} from "./comparison_data.ts";
import { type Measure, measures, type RunRecord } from "./comparison_measures.ts";
import { csvText } from "./csv.ts";
import { measure } from "./format.ts";

/** "65.12 ± 0.80 %": the unit once where both have the same; of one value the value alone. */
export function spread({ mean, std }: Statistic, format: (value: number) => string): string {
  if (std === null) return format(mean);
  if (format === measure) return places(mean, std);
  const [centre, width] = [format(mean), format(std)];
  const unit = /^[^\s]+(\s\D+)$/.exec(width)?.[1];
  const shared = unit !== undefined && centre.endsWith(unit) && !/\s/.test(centre.slice(0, -unit.length));
  return `${shared ? centre.slice(0, -unit.length) : centre} ± ${width}`;
}

/** Both with the decimal places that give the larger of them three figures. */
function places(mean: number, std: number): string {
  const size = Math.max(Math.abs(mean), std);
  const digits = size === 0 ? 0 : Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return `${mean.toFixed(digits)} ± ${std.toFixed(digits)}`;
}

/** "2 of 3": how many of a group's runs are done. */
export const doneWords = ({ finished, runs }: GroupSummary): string => `${finished.length} of ${runs.length}`;

/** The value of the best run. */
export const bestValue = ({ best }: GroupSummary, { of, format }: Measure): string | undefined => {
  const value = best && of(best.record);
  return value === undefined ? undefined : format(value);
};

/** "epochs 0–19": counted from 0, as in the metrics. */
export const spanWords = ([first, last]: Span): string =>
  first === last ? `epoch ${first}` : `epochs ${first}–${last}`;

/** How to read the numbers. */
export const statisticWords = "Mean ± sample standard deviation (n − 1) over the seeds.";

/** By what the best runs were chosen. */
export const ruleWords = ({ rule }: Summary): string =>
  rule.key === null
    ? `The best run is chosen by ${rule.words}.`
    : `The best run of each row is chosen by ${rule.words}.`;

/** What came out of one run, in a line. */
export const runWords = (record: RunRecord): string =>
  measures.filter(({ key }) => ["test_accuracy", "benchmark_accuracy", "seconds"].includes(key))
    .flatMap(({ of, title, format }) => {
      const value = of(record);
      return value === undefined ? [] : [`${title.toLowerCase()} ${format(value)}`];
    }).join(", ");

/** The quarters of the search, if eigenvalues were logged. */
export const eigenvalueSpans = (summary: Summary): Span[] =>
  summary.measures.some(({ key }) => key === "eigenvalue") ? quarters(summary) : [];

/** The table for a terminal; the best run's values in brackets. */
export function comparisonLines(comparison: Comparison): string[] {
  const summary = summarise(comparison);
  const spans = eigenvalueSpans(summary);
  const head = ["", "runs", ...summary.measures.map(({ title, short = title }) => short.toLowerCase())];
  const rows = summary.groups.map((group) => [
    group.name,
    doneWords(group),
    ...summary.measures.map((measure) => {
      const found = group.statistics.get(measure);
      if (found === undefined) return "–";
      const best = found.n > 1 && measure.better !== undefined ? bestValue(group, measure) : undefined;
      return spread(found, measure.format) + (best === undefined ? "" : ` (${best})`);
    }),
  ]);
  const eigen = measures.find(({ key }) => key === "eigenvalue")!;
  const blocks = summary.groups.map((group) => [
    group.name,
    ...spans.map((span) => {
      const found = eigenvalues(group, span);
      return found === undefined ? "–" : spread(found, eigen.format);
    }),
  ]);
  return [
    ...aligned([head, ...rows]),
    `${statisticWords} In brackets: the best run.`,
    ruleWords(summary),
    ...spans.length > 0
      ? ["", ...aligned([["eigenvalue", ...spans.map(spanWords)], ...blocks]), eigenvalueWords]
      : [],
    ...baselineLines(summary),
  ];
}

/** How to read the eigenvalues of a quarter. */
export const eigenvalueWords =
  "Mean ± sample standard deviation of the dominant eigenvalues logged in these epochs, over epochs and seeds.";

/**
 * The table as CSV (RFC 4180): a line for each group, mean, deviation and best of each measure as columns; then one for
 * each baseline, by its name as the method, with no runs.
 */
export function comparisonCsv(comparison: Comparison): string {
  const summary = summarise(comparison);
  const { setting } = comparison;
  const head = [
    ...["method", "space", ...setting === undefined ? [] : [setting], "runs", "done", "best_seed"],
    ...summary.measures.flatMap(({ key }) => [`${key}_mean`, `${key}_std`, `${key}_best`]),
  ];
  const rows = summary.groups.map(({ method, space, value, runs, finished, best, statistics }) => [
    ...[method, space, ...setting === undefined ? [] : [value], runs.length, finished.length, best?.seed],
    ...summary.measures.flatMap((measure) => {
      const found = statistics.get(measure);
      return [found?.mean, found?.std, best && measure.of(best.record)];
    }),
  ]);
  const besides = judged(summary).flatMap(({ space, baselines }) =>
    baselines.rows.map((row) => [
      ...[row.name, space, ...setting === undefined ? [] : [""], "", "", ""],
      ...summary.measures.flatMap(({ key }) => {
        const found = asMeasures(row)[key];
        return [found?.mean, found?.std, undefined];
      }),
    ])
  );
  return csvText([head, ...rows, ...besides]);
}

/** The table and the runs behind it, for `comparison.json`. */
export function comparisonJson(comparison: Comparison): Record<string, unknown> {
  const summary = summarise(comparison);
  const { command, seeds, setting } = comparison;
  const spans = eigenvalueSpans(summary);
  const numbers = (record: RunRecord) =>
    Object.fromEntries(summary.measures.map(({ key, of }) => [key, of(record) ?? null]));
  const state = ({ record, failure, underWay }: ComparedRun) =>
    record
      ? { state: "done", ...numbers(record) }
      : failure
      ? { state: "failed", failure }
      : underWay ?? { state: "missing" };
  return {
    command,
    seeds,
    setting: setting ?? null,
    rule: summary.rule,
    rows: summary.groups.map((group) => ({
      method: group.method,
      space: group.space,
      value: group.value ?? null,
      runs: group.runs.length,
      done: group.finished.length,
      best: group.best?.name ?? null,
      measures: Object.fromEntries([...group.statistics].map(([measure, found]) => [
        measure.key,
        { ...found, best: (group.best && measure.of(group.best.record)) ?? null },
      ])),
      eigenvalues: spans.map(([first, last]) => ({ first, last, ...eigenvalues(group, [first, last]) })),
    })),
    baselines: judged(summary).map(({ space, baselines }) => ({ space, ...baselines })),
    runs: summary.groups.flatMap(({ method, space, value, runs }) =>
      runs.map((run) => ({
        run: run.name,
        method,
        space,
        value: value ?? null,
        seed: run.seed,
        ...state(run),
      }))
    ),
  };
}
