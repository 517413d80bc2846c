/** A comparison as far as it has come: what its `comparison.json` plans, and what its runs have come to since. */
import { join } from "../../src/io/paths.ts";
import type { ComparedGroup, ComparedRun, Comparison, RunRecord } from "../../src/report/mod.ts";
import type { WatchedRun } from "../../src/report/watched_runs.ts";
import { recordName } from "../comparison/directory.ts";
import type { Files } from "./files.ts";
import { numberOf, objectsIn, type Values, wordsOf } from "./objects.ts";
import { metricsOf, standingWords } from "./run.ts";

/** A run that a comparison plans. */
export interface Planned {
  /** Its folder in that of the comparison. */
  readonly name: string;
  readonly seed: number;
  readonly method: string;
  readonly space: string;
  readonly value: string | undefined;
  /** Why it failed when the comparison was last written. */
  readonly failure: string | undefined;
}

/** A name of a folder in another one, and nothing that leads elsewhere. */
const isName = (name: string): boolean => !/^\.{0,2}$|[/\\]/.test(name);

function plannedRun(run: Values): Planned[] {
  const [name, method, space] = ["run", "method", "space"].map((key) => wordsOf(run[key]));
  const seed = numberOf(run["seed"]);
  if (
    name === undefined || !isName(name) || method === undefined || space === undefined || seed === undefined
  ) {
    return [];
  }
  return [{ name, seed, method, space, value: wordsOf(run["value"]), failure: wordsOf(run["failure"]) }];
}

/** The runs of a comparison, as its record has them. */
export const plannedIn = (files: Files, folder: string): readonly Planned[] =>
  objectsIn(files.json(join(folder, recordName))?.["runs"]).flatMap(plannedRun);

/** What a finished run left. */
function recordOf(files: Files, folder: string, drawings: readonly string[]): RunRecord {
  const json = (name: string) => files.json(join(folder, name)) ?? {};
  const cells = drawings.map((kind) => ({
    kind,
    svg: files.text(join(folder, kind === "" ? "cell.svg" : `cell-${kind}.svg`)),
  }));
  return {
    config: json("config.json"),
    environment: json("environment.json"),
    result: json("result.json"),
    metrics: metricsOf(files, folder),
    cells: cells.flatMap(({ kind, svg }) => svg === undefined ? [] : [{ kind, svg }]),
  };
}

/** The kinds of the drawings of cells that runs leave. */
const drawings = ["", "normal", "reduce"];

/** The files of each run that the page of a comparison is drawn from. */
export const comparedFiles = ["config.json", "metrics.jsonl", "result.json"];

/** The comparison as its page draws it; `lines` are its runs in the list, by their names. */
export function comparisonOf(
  files: Files,
  folder: string,
  lines: ReadonlyMap<string, WatchedRun>,
): Comparison {
  const record = files.json(join(folder, recordName)) ?? {};
  const planned = plannedIn(files, folder);
  const compared = ({ name, seed, failure }: Planned): ComparedRun => {
    const line = lines.get(name);
    const run = join(folder, name);
    // One that came to its end may be none of the comparison: its images are others.
    if (line?.state === "finished" && failure !== undefined) return { name, seed, failure };
    if (line?.state === "finished") return { name, seed, record: recordOf(files, run, drawings) };
    return {
      name,
      seed,
      ...line?.state === "failed" && { failure: line.why ?? "" },
      ...line?.address !== undefined && line.state !== "failed" &&
        { underWay: { state: line.state, words: standingWords(line), metrics: metricsOf(files, run) } },
    };
  };
  const groups = Map.groupBy(planned, ({ method, space, value }) => JSON.stringify([method, space, value]));
  const jobs = numberOf(files.json(join(folder, "config.json"))?.["jobs"]);
  return {
    command: wordsOf(record["command"]) ?? "",
    seeds: [...new Set(planned.map(({ seed }) => seed))],
    jobs: jobs ?? 1,
    setting: wordsOf(record["setting"]),
    groups: [...groups.values()].map((runs): ComparedGroup => {
      const { method, space, value } = runs[0]!;
      return { method, space, ...value !== undefined && { value }, runs: runs.map(compared) };
    }),
  };
}
