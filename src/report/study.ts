/**
 * A study as plain data: arms of settings, each with several seeds, and what their searches left. What follows from it
 * is in `summariseStudy`; nothing here knows a device, a search or a file.
 */
import type { Baselines } from "../benchmarks/baselines.ts";
import { type Statistic, statistic } from "./comparison_data.ts";
import { mannWhitney, type RankTest } from "./mann_whitney.ts";
import type { Study, StudyArm } from "../study.ts";

/** What the alphas said at one step of a search. */
export interface StudyLook {
  /** Iterations done. */
  readonly step: number;
  /** The cell that they gave. */
  readonly genotype: string;
  /** Skip connections of that cell. */
  readonly skips: number;
  /** Rows of the alphas whose largest mixing weight is that of `none`. */
  readonly nones: number;
  /** What it reaches by the table, in percent. */
  readonly accuracy: number;
  /** Its rank in the table; 1 is the best. */
  readonly rank: number;
  /** Mean difference of the two largest mixing weights of an edge. */
  readonly margin: number;
  /** Mean mixing weight of the skip connections, where the space has any. */
  readonly skipWeight?: number;
  /** Mean entropy of the mixing weights of an edge, in nats. */
  readonly entropy: number;
  /** Layer alignment Λ, where it was taken. */
  readonly alignment?: number;
}

/** One epoch of a search. Accuracies of the supernet as fractions of one. */
export interface StudyEpoch {
  /** From 0. */
  readonly epoch: number;
  /** Iterations done at its end. */
  readonly step: number;
  /** Dominant eigenvalue, where it was taken. */
  readonly eigenvalue?: number;
  /** On images of the alphas' half; left out where all images train the weights. */
  readonly valid?: number;
  /** On the batches of the epoch. */
  readonly train: number;
  /** Mean loss of its architecture steps, by each batch's own statistics; left out while the alphas rest. */
  readonly architectureLoss?: number;
}

/** What one run of a study left: a result, or why it failed. */
export interface StudyRecord {
  /** The arm by name. */
  readonly arm: string;
  /** As users write it. */
  readonly method: string;
  /** The seed of its random numbers. */
  readonly seed: number;
  /** Of the arm, as the study had them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Adapter, driver, runtime and version, in words. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it found, of a run that ended. */
  readonly result?: {
    /** The cell. */
    readonly genotype: string;
    /** The data set that ranks. */
    readonly dataset: string;
    /** By data set, in percent. */
    readonly accuracies: Readonly<Record<string, number>>;
    /** By the data set that ranks; 1 is the best. */
    readonly rank: number;
    /** Cells that are ranked. */
    readonly of: number;
    /** Percentage points from the best cell. */
    readonly regret: number;
    /** Wall time of the run. */
    readonly seconds: number;
    /** Multiply-adds of the passes forward that the search took, where they were counted. */
    readonly cost?: number;
    /** What tells its images from others. */
    readonly images?: string;
  };
  /** Why there is no result, in a sentence. */
  readonly failure?: string;
  /** In the order of steps. */
  readonly looks: readonly StudyLook[];
  /** In order. */
  readonly epochs: readonly StudyEpoch[];
}

/** From this many skip connections on a cell of six edges counts as collapsed. */
export const collapsedSkips = 4;

/** A run that ended. */
export type FinishedRun = StudyRecord & { readonly result: NonNullable<StudyRecord["result"]> };

/** One seed of an arm. */
export interface StudyRun {
  /** Of its random numbers. */
  readonly seed: number;
  /** What it left, if it has run. */
  readonly record?: StudyRecord;
  /** What became of it. */
  readonly state: "done" | "failed" | "missing";
  /** The step from which on every look has 4 skips or more; null for never, undefined without looks. */
  readonly since: number | null | undefined;
}

/** The numbers of an arm over its seeds; a statistic is undefined where no run has the number. */
export interface ArmSummary {
  /** What was run. */
  readonly arm: StudyArm;
  /** One a seed of the study, then those of other seeds that left a record. */
  readonly runs: readonly StudyRun[];
  /** Those that ended. */
  readonly finished: readonly FinishedRun[];
  /** In percent, by the table. */
  readonly accuracy: Spread | undefined;
  /** In the table; 1 is the best. */
  readonly rank: Spread | undefined;
  /** Runs whose found cell has 4 skip connections or more. */
  readonly collapsed: number;
  /** Mean difference of the two largest mixing weights of an edge, at the last look. */
  readonly margin: Spread | undefined;
  /** Mean mixing weight of the skip connections, at the last look. */
  readonly skipWeight: Spread | undefined;
  /** Layer alignment Λ, at the last look. */
  readonly alignment: Spread | undefined;
  /** Dominant eigenvalue, of the last epoch that has one. */
  readonly eigenvalue: Spread | undefined;
  /** Wall time of a run. */
  readonly seconds: Spread | undefined;
}

/** Median, range, mean and sample standard deviation of at least one value. */
export interface Spread extends Statistic {
  /** The middle value, or the mean of the two middle ones. */
  readonly median: number;
  /** The smallest value. */
  readonly low: number;
  /** The largest value. */
  readonly high: number;
}

/** A pair of arms, tested by the accuracies of their runs. */
export interface StudyTest {
  /** The arm whose pairs are counted. */
  readonly first: ArmSummary;
  /** The other. */
  readonly second: ArmSummary;
  /** What the test says; undefined while one of them has no run that ended. */
  readonly result: RankTest | undefined;
}

/** A study with its numbers: what `studyHtml` and its like put into words. */
export interface StudySummary {
  /** What was to be run. */
  readonly study: Study;
  /** What stands beside the arms. */
  readonly baselines: Baselines;
  /** In the order of the study. */
  readonly arms: readonly ArmSummary[];
  /** In the order of the study. */
  readonly tests: readonly StudyTest[];
}

/** The middle value, the mean of the two middle ones, of at least one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return undefined;
  return { ...statistic(known), median: median(known), low: Math.min(...known), high: Math.max(...known) };
}

/** Skip connections of a cell as text. */
export const skipsOf = (genotype: string): number => genotype.split("skip_connect").length - 1;

/** Whether a run ended in a collapsed cell. */
export const hasCollapsed = ({ result }: FinishedRun): boolean => skipsOf(result.genotype) >= collapsedSkips;

/** The step from which on every look has 4 skips or more; null for never, undefined without looks. */
export function collapsedSince(looks: readonly StudyLook[]): number | null | undefined {
  if (looks.length === 0) return undefined;
  const last = looks.findLastIndex(({ skips }) => skips < collapsedSkips);
  return looks[last + 1]?.step ?? null;
}

const isFinished = (record: StudyRecord | undefined): record is FinishedRun => record?.result !== undefined;

/**
 * The numbers of a study. Records of arms that the study does not have are left out; a partial study has arms without
 * runs. Throws a RangeError for a test of an arm that there is not, and for two records of one arm and seed.
 *
 * @param baselines of the table that judged, ranked by the data set that judges here
 */
export function summariseStudy(
  study: Study,
  records: readonly StudyRecord[],
  baselines: Baselines,
): StudySummary {
  const arms = study.arms.map((arm) => summariseArm(arm, study, records, baselines.dataset));
  const byName = (name: string): ArmSummary => {
    const found = arms.find(({ arm }) => arm.name === name);
    if (found === undefined) throw new RangeError(`The study has no arm "${name}" to test.`);
    return found;
  };
  const accuracies = ({ finished }: ArmSummary) => finished.map(accuracyOf(baselines.dataset));
  const tests = study.tests.map(([a, b]): StudyTest => {
    const [first, second] = [byName(a), byName(b)];
    return { first, second, result: mannWhitney(accuracies(first), accuracies(second)) };
  });
  return { study, baselines, arms, tests };
}

/** What a run's cell reaches on a data set, in percent. */
export const accuracyOf = (dataset: string) => ({ result }: FinishedRun): number =>
  result.accuracies[dataset]!;

/** The dominant eigenvalue of the last epoch that has one. */
export const lastEigenvalue = ({ epochs }: StudyRecord): number | undefined =>
  epochs.findLast(({ eigenvalue }) => eigenvalue !== undefined)?.eigenvalue;

function summariseArm(
  arm: StudyArm,
  { seeds }: Study,
  records: readonly StudyRecord[],
  dataset: string,
): ArmSummary {
  const own = records.filter((record) => record.arm === arm.name);
  const bySeed = new Map(own.map((record) => [record.seed, record]));
  if (bySeed.size < own.length) throw new RangeError(`The arm "${arm.name}" has two records of a seed.`);
  const others = [...bySeed.keys()].filter((seed) => !seeds.includes(seed)).sort((a, b) => a - b);
  const runs = [...seeds, ...others].map((seed): StudyRun => {
    const record = bySeed.get(seed);
    return {
      seed,
      ...record && { record },
      state: record === undefined ? "missing" : isFinished(record) ? "done" : "failed",
      since: isFinished(record) ? collapsedSince(record.looks) : undefined,
    };
  });
  const finished = runs.map(({ record }) => record).filter(isFinished);
  const ofLast = (key: "margin" | "skipWeight" | "alignment") =>
    spreadOf(finished.map(({ looks }) => looks.at(-1)?.[key]));
  return {
    arm,
    runs,
    finished,
    accuracy: spreadOf(finished.map(accuracyOf(dataset))),
    rank: spreadOf(finished.map(({ result }) => result.rank)),
    collapsed: finished.filter(hasCollapsed).length,
    margin: ofLast("margin"),
    skipWeight: ofLast("skipWeight"),
    alignment: ofLast("alignment"),
    eigenvalue: spreadOf(finished.map(lastEigenvalue)),
    seconds: spreadOf(finished.map(({ result }) => result.seconds)),
  };
}
