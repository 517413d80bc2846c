/** How far a run is, from its files: a line of the list. */
import { isBug } from "../../src/cli/unforeseen.ts";
import { lifeIn } from "../../src/io/lock.ts";
import { join } from "../../src/io/paths.ts";
import { nameOf } from "../../src/data/read.ts";
import { duration, percent } from "../../src/report/format.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import type { Sparkline, WatchedRun } from "../../src/report/watched_runs.ts";
import { statIfThere } from "../../src/io/read.ts";
import { wayTaken } from "../comparison/run_files.ts";
import { changedAt, type Files } from "./files.ts";
import { numberOf, type Values, wordsOf } from "./objects.ts";

/** Epochs whose mean time those that are left are taken to last. */
const recent = 5;

/** Fewer than that a sparkline cannot tell from one another. */
const mostValues = 200;

/** The rows of `metrics.jsonl` that are ones, the way the run took: of several searches the last, or the chosen one. */
export function metricsOf(files: Files, folder: string): readonly MetricRow[] {
  const rows = files.rows(join(folder, "metrics.jsonl")).filter(isMetricRow);
  const chosen = files.json(join(folder, "searches.json"))?.["chosen"];
  return wayTaken(rows, chosen ?? rows.findLast(({ stage }) => stage === "search")?.["search"]);
}

const isMetricRow = (row: Values): row is Values & MetricRow =>
  (row["stage"] === "search" || row["stage"] === "train") && Number.isSafeInteger(row["epoch"]) &&
  Number(row["epoch"]) >= 0;

type State = Pick<WatchedRun, "state" | "why" | "host" | "memory">;

/** @param failure why a comparison says that it failed */
function stateOf(files: Files, folder: string, failure: string | undefined): State {
  const file = (name: string) => join(folder, name);
  if (files.json(file("result.json")) !== undefined) return { state: "finished" };
  const life = lifeIn(folder);
  if (life) {
    const { host, memory, alive, heard } = life;
    if (alive) {
      return { state: "running", ...host !== undefined && { host }, ...memory !== undefined && { memory } };
    }
    const why = `Process ${life.pid}${host === undefined ? "" : ` on ${host}`} was last heard of ${
      ago(heard)
    } ago; the run can be resumed.`;
    return { state: "silent", why, ...host !== undefined && { host } };
  }
  const why = lastError(files, file("log.txt")) ?? failure;
  if (why !== undefined) return { state: "failed", why };
  const begun = ["environment.json", "metrics.jsonl", "checkpoints"].some((name) => statIfThere(file(name)));
  return { state: begun ? "stopped" : "waiting" };
}

const error = "error: ";

/** The error that a log ends with; undefined where it went on after it. */
function lastError(files: Files, log: string): string | undefined {
  const last = files.lastLine(log);
  const said = last?.startsWith(isBug) ? files.lastLine(log, error) : last;
  return said?.startsWith(error) ? said.slice(error.length) : undefined;
}

/** "3 h": as coarse as it may be, so that it does not change all the time. */
function ago(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 1) return "less than a minute";
  return minutes < 60
    ? `${Math.floor(minutes)} min`
    : minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60 / 24)} days`;
}

/** How many epochs of its stage a run has done. */
function progressOf(config: Values, rows: readonly MetricRow[]): WatchedRun["progress"] {
  const last = rows.at(-1);
  const stage = last?.stage ?? (config["method"] === undefined ? "train" : "search");
  const inSearch = stage === "train" && config["method"] !== undefined;
  const planned = numberOf(config[inSearch ? "evalEpochs" : "epochs"]);
  const done = last === undefined ? 0 : last.epoch + 1;
  if (planned === undefined && done === 0) return undefined;
  return { stage, done, of: Math.max(planned ?? 0, done) };
}

/** Seconds that its stage still takes, if its epochs last as long as those before. */
function secondsLeft(
  rows: readonly MetricRow[],
  { stage, done, of }: NonNullable<WatchedRun["progress"]>,
  changed: number | undefined,
): number | undefined {
  const seconds = rows.filter((row) => row.stage === stage).slice(-recent)
    .map((row) => numberOf(row.seconds)).filter((value) => value !== undefined);
  if (seconds.length === 0) return undefined;
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  const since = changed === undefined ? 0 : Math.max(0, Date.now() - changed) / 1000;
  return done < of ? coarse((of - done) * mean - Math.min(mean, since)) : 0;
}

/** Seconds to the next minute, of less than one to the next ten: what is drawn is not to change all the time. */
const coarse = (seconds: number): number => {
  const unit = seconds < 60 ? 10 : 60;
  return unit * Math.ceil(seconds / unit);
};

/** What of a stage is drawn in the list: the first of these that its rows have. */
const drawn: readonly (readonly [key: string, title: string, format: Sparkline["format"]])[] = [
  ["valid_accuracy", "validation accuracy", percent],
  ["train_accuracy", "training accuracy", percent],
];

function sparklineOf(rows: readonly MetricRow[]): Sparkline | undefined {
  const stage = rows.at(-1)?.stage;
  for (const [key, title, format] of drawn) {
    const values = rows.filter((row) => row.stage === stage)
      .map((row) => numberOf(row[key])).filter((value) => value !== undefined);
    const every = Math.ceil(values.length / mostValues);
    if (values.length > 0) {
      const of = stage === "search" ? "supernet" : "network";
      return { title, of, format, values: values.filter((_, i) => (values.length - 1 - i) % every === 0) };
    }
  }
}

const subjectOf = ({ method, space, data }: Values): string => {
  const images = typeof data === "string" ? nameOf(data) : undefined;
  const what = method === undefined ? "evaluation" : `${wordsOf(method)} on ${wordsOf(space)}`;
  return images === undefined ? "" : `${what}, ${images}`;
};

/** A run as a line of the list. */
export function watchedRun(
  files: Files,
  { folder, name, address, failure }: Pick<WatchedRun, "name" | "address"> & {
    readonly folder: string;
    readonly failure?: string | undefined;
  },
): WatchedRun {
  const config = files.json(join(folder, "config.json")) ?? {};
  const rows = metricsOf(files, folder);
  const standing = stateOf(files, folder, failure);
  const progress = progressOf(config, rows);
  const changed = changedAt(join(folder, "metrics.jsonl"));
  const left = standing.state === "running" && progress && secondsLeft(rows, progress, changed);
  return {
    ...standing,
    name,
    address,
    subject: subjectOf(config),
    ...progress && { progress },
    ...typeof left === "number" && { secondsLeft: left },
    changed,
    sparkline: sparklineOf(rows),
    said: files.lastLine(join(folder, "log.txt")),
  };
}

/** How far a run is, in words: "running, search 3 of 40". */
export const standingWords = ({ state, progress }: WatchedRun): string =>
  progress && progress.done > 0 ? `${state}, ${progress.stage} ${progress.done} of ${progress.of}` : state;

/** The same as tiles of its page. */
export const standingTiles = (run: WatchedRun): (readonly [string, string])[] => [
  ["State", run.state],
  ...run.progress ? [[`Epochs of ${stageWords[run.progress.stage]}`, epochWords(run.progress)] as const] : [],
  ...run.secondsLeft !== undefined ? [["Time left", duration(run.secondsLeft)] as const] : [],
  ...run.host !== undefined ? [["Host", run.host] as const] : [],
];

const stageWords = { search: "the search", train: "the training" };
const epochWords = ({ done, of }: NonNullable<WatchedRun["progress"]>) => `${done} of ${of}`;
