/** A comparison of runs as plain data, and what follows from it: statistics, the best run, trajectories. */
import { finite, type Measure, measures, type RunRecord } from "./comparison_measures.ts";
import { max, min } from "./d3.ts";
import type { MetricRow } from "./types.ts";

/** One run; without a record it failed, or has not run yet. */
export interface ComparedRun {
  /** Its folder, seen from that of the comparison. */
  readonly name: string;
  /** The seed of its random numbers. */
  readonly seed: number;
  /** What it left; absent of a run that failed or has not run yet. */
  readonly record?: RunRecord;
  /** Why it failed, in a sentence. */
  readonly failure?: string;
  /** Where it is meanwhile, of one that has not come to its end. */
  readonly underWay?: UnderWay;
}

/** Where a run is that has not come to its end. */
export interface UnderWay {
  /** In a word: `running`, `waiting`. */
  readonly state: string;
  /** In more words: how far it is, or its job, its machine, what it waits for. */
  readonly words: string;
  /** The rows of its `metrics.jsonl`, where there is a folder of it to look into. */
  readonly metrics?: readonly MetricRow[];
}

/** The runs that differ in nothing but their seeds. */
export interface ComparedGroup {
  /** As users write it: `ms-darts`. */
  readonly method: string;
  /** As users write it: `s3`. */
  readonly space: string;
  /** Of the setting that the grid varies. */
  readonly value?: string;
  /** One a seed. */
  readonly runs: readonly ComparedRun[];
}

/** Runs side by side: what `comparisonHtml` and its like put into words. */
export interface Comparison {
  /** The command line that makes it again. */
  readonly command: string;
  /** Of every group, in order. */
  readonly seeds: readonly number[];
  /** How many runs shared the machine. */
  readonly jobs: number;
  /** The setting that the grid varies. */
  readonly setting: string | undefined;
  /** In the order of the table. */
  readonly groups: readonly ComparedGroup[];
}

/** Mean and spread of at least one value. */
export interface Statistic {
  /** How many values. */
  readonly n: number;
  /** Their mean. */
  readonly mean: number;
  /** Sample standard deviation (n − 1); null of a single value. */
  readonly std: number | null;
}

/** Whether all are of as many runs: only then is one the best, as the runs that are left may be those that went well. */
export const equallyMany = (counts: readonly number[]): boolean => new Set(counts).size === 1;

/** Mean and sample standard deviation of at least one value. */
export function statistic(values: readonly number[]): Statistic {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : null };
}

/** How the best of a group's runs is chosen; never by a test accuracy or a table lookup. */
export interface Rule {
  readonly key: "held_out_accuracy" | "supernet_accuracy" | null;
  readonly words: string;
}

const heldOut: Rule = {
  key: "held_out_accuracy",
  words: "the trained network's accuracy after its last epoch on training images held out",
};
const supernet: Rule = {
  key: "supernet_accuracy",
  words:
    "the supernet's validation accuracy after the last epoch of the search; a method without one has no best run",
};
const noRule: Rule = { key: null, words: "nothing: no run was evaluated on held-out images" };

export interface GroupSummary extends ComparedGroup {
  readonly name: string;
  /** For the end of a line: what tells it from the others, as short as it goes. */
  readonly short: string;
  readonly finished: readonly (ComparedRun & { readonly record: RunRecord })[];
  /** By measure; one that no run has is left out. */
  readonly statistics: ReadonlyMap<Measure, Statistic>;
  /** The best by the rule, the first of equals; without a rule there is none. */
  readonly best: (ComparedRun & { readonly record: RunRecord }) | undefined;
}

export interface Summary {
  readonly rule: Rule;
  /** Those that some run has. */
  readonly measures: readonly Measure[];
  readonly groups: readonly GroupSummary[];
}

const isFinished = (run: ComparedRun): run is ComparedRun & { record: RunRecord } => run.record !== undefined;

const byKey = (key: string): Measure => measures.find((measure) => measure.key === key)!;

/** Trained networks are compared where each has one, supernets where there are some. */
function ruleOf(runs: readonly RunRecord[]): Rule {
  const has = ({ key }: Rule) => (run: RunRecord) => byKey(key!).of(run) !== undefined;
  if (runs.length > 0 && runs.every(has(heldOut))) return heldOut;
  return runs.some(has(supernet)) ? supernet : noRule;
}

/** The run with the highest score, the first of equals; none where one has no score. */
function bestRun(runs: GroupSummary["finished"], score: Measure["of"]): GroupSummary["best"] {
  const scores = runs.map(({ record }) => score(record));
  const known = scores.filter((value) => value !== undefined);
  return known.length < runs.length ? undefined : runs[scores.indexOf(max(known))];
}

/** The numbers of each group. */
export function summarise(comparison: Comparison): Summary {
  const done = comparison.groups.flatMap(({ runs }) => runs.filter(isFinished));
  const rule = ruleOf(done.map(({ record }) => record));
  const present = measures.filter(({ of }) => done.some(({ record }) => of(record) !== undefined));
  const groups = comparison.groups.map((group): GroupSummary => {
    const finished = group.runs.filter(isFinished);
    const statistics = new Map(present.flatMap((measure) => {
      const values = finished.map(({ record }) => measure.of(record)).filter((value) => value !== undefined);
      return values.length > 0 ? [[measure, statistic(values)] as const] : [];
    }));
    const best = rule.key === null ? undefined : bestRun(finished, byKey(rule.key).of);
    return { ...group, ...groupNames(comparison, group), finished, statistics, best };
  });
  return { rule, measures: present, groups };
}

/** A group's name in full and short: what is the same in all groups is left out. */
function groupNames({ groups, setting }: Comparison, { method, space, value }: ComparedGroup) {
  const several = (key: "method" | "space") => new Set(groups.map((group) => group[key])).size > 1;
  const spaced = several("space");
  const named = several("method") || (!spaced && value === undefined);
  const join = (words: readonly (string | false | undefined)[]) => words.filter(Boolean).join(", ");
  return {
    name: join([named && method, spaced && space, value !== undefined && `${setting} ${value}`]),
    short: join([named && method, spaced && space, value]),
  };
}

/** Mean over the runs, and their smallest and largest value. */
export interface TrajectoryPoint {
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A measure of the search over its epochs, one point an epoch that all runs of the group have it of: further on, where
 * some have not come yet, it would be the mean of others. A run that has it of no epoch does not count.
 */
export function trajectory({ runs }: GroupSummary, key: string): TrajectoryPoint[] {
  const logged = runs.map(({ record, underWay }) =>
    new Map(
      ((record ?? underWay)?.metrics ?? []).flatMap((row) => {
        const value = finite(row[key]);
        return row.stage === "search" && value !== undefined ? [[row.epoch, value] as const] : [];
      }),
    )
  ).filter(({ size }) => size > 0);
  const epochs = [...logged[0]?.keys() ?? []].filter((epoch) => logged.every((run) => run.has(epoch)));
  return epochs.sort((a, b) => a - b).map((epoch) => {
    const values = logged.map((run) => run.get(epoch)!);
    return { epoch, mean: statistic(values).mean, low: min(values)!, high: max(values)! };
  });
}

/** A span of epochs, counted from 0, the last included. */
export type Span = readonly [first: number, last: number];

/** The epochs of the longest search in four parts as even as they go; fewer where there are fewer epochs. */
export function quarters({ groups }: Summary): Span[] {
  const epochs = 1 + Math.max(
    -1,
    ...groups.flatMap(({ finished }) =>
      finished.flatMap(({ record }) =>
        record.metrics.filter(({ stage }) => stage === "search").map(({ epoch }) => epoch)
      )
    ),
  );
  const parts = Math.min(4, epochs);
  const start = (part: number) => Math.round(part * epochs / parts);
  return Array.from({ length: parts }, (_, part) => [start(part), start(part + 1) - 1] as const);
}

/** A group's eigenvalues in a span of epochs, over epochs and seeds alike; undefined where none was logged. */
export function eigenvalues({ finished }: GroupSummary, [first, last]: Span): Statistic | undefined {
  const values = finished.flatMap(({ record }) =>
    record.metrics.filter(({ stage, epoch }) => stage === "search" && epoch >= first && epoch <= last)
      .map((row) => finite(row["eigenvalue"])).filter((value) => value !== undefined)
  );
  return values.length === 0 ? undefined : statistic(values);
}
