/** The report of a run as far as it has come, from its files. */
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { subjectOf } from "../../src/config/subject.ts";
import { nameOf } from "../../src/data/read.ts";
import { join } from "../../src/io/paths.ts";
import type { Method } from "../../src/methods/mod.ts";
import { discretize } from "../../src/network/discretize.ts";
import { type Genotype, readGenotype } from "../../src/network/genotype.ts";
import type { MixingEpoch, NetworkTest, ReportData, RunResult } from "../../src/report/mod.ts";
import type { WatchedRun } from "../../src/report/watched_runs.ts";
import { configured } from "../../src/spaces/settings.ts";
import { reportData, titleOf } from "../run/files.ts";
import type { Files } from "./files.ts";
import { lastPart, type Searched } from "./mixing.ts";
import type { Values } from "./objects.ts";
import { metricsOf, standingTiles } from "./run.ts";

/** The files that a report is drawn from. */
export const reportFiles = [
  ...["config.json", "environment.json", "metrics.jsonl", "alphas.jsonl", "searches.json"],
  ...["genotype.json", "result.json"],
];

/** What `act` returns; undefined where files say what cannot be. */
function ifPossible<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const searchedOf = (settings: Values): Searched | undefined =>
  settings["method"] === undefined ? undefined : ifPossible(() => {
    const config = resolve(searchCommand, { flags: {}, file: recordOf(settings, "config.json") });
    const { method, space } = subjectOf(config);
    return { config, method, space: configured(space, config) };
  });

/** Ways to a cell that end with the rule of discretization on the last alphas. */
const byRule: readonly string[] = ["gradient", "best of"] satisfies Method["strategy"]["kind"][];

/** The cell that a search would end with now; undefined where the alphas alone do not tell. */
const cellNow = (
  { config, method, space }: Searched,
  mixing: readonly MixingEpoch[],
): Genotype | undefined =>
  ifPossible(() => {
    if (!byRule.includes(method.strategy.kind)) return undefined;
    const { weights } = mixing.at(-1)!;
    return method.discretize?.(config, weights, space) ?? discretize(weights, space);
  });

/** What a folder of `evaluate --test-only` holds; undefined of other runs. */
export function testOf(files: Files, folder: string): NetworkTest | undefined {
  const result = files.json(join(folder, "result.json"));
  return result !== undefined && "confusion" in result ? result as unknown as NetworkTest : undefined;
}

/** The report of a run; `run` is its line of the list. */
export function reportOf(files: Files, folder: string, run: WatchedRun): ReportData {
  const file = (name: string) => join(folder, name);
  const config = files.json(file("config.json")) ?? {};
  const result = files.json(file("result.json")) as RunResult | undefined;
  const dataset = typeof config["data"] === "string" ? nameOf(config["data"]) : "";
  const searched = searchedOf(config);
  const rows = files.rows(file("alphas.jsonl"));
  const chosen = files.json(file("searches.json"))?.["chosen"];
  const last = searched && ifPossible(() => lastPart(rows, searched, chosen));
  const mixing = last?.mixing ?? [];
  const found = ifPossible(() => readGenotype(files.text(file("genotype.json")) ?? "", "genotype.json"));
  const would = found === undefined && searched && cellNow(searched, mixing);
  const data = reportData({
    title: config["data"] === undefined ? run.name : titleOf(config, dataset),
    ...searched && { method: searched.config.method },
    ...last && { net: last.net },
    config,
    environment: files.json(file("environment.json")) ?? {},
    metrics: metricsOf(files, folder),
    mixing,
    dataset,
    genotype: found ?? (would || undefined),
    result,
    ...result === undefined && { standing: { tiles: standingTiles(run), wouldBe: found === undefined } },
  });
  return { ...data, notes: [...run.why === undefined ? [] : [run.why], ...data.notes] };
}
