/** The report of a run as far as it has come, from its files. */
import type { SearchConfig } from "../../src/config/search_config.ts";
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { subjectOf } from "../../src/config/subject.ts";
import { nameOf } from "../../src/data/read.ts";
import { join } from "../../src/io/paths.ts";
import type { Method } from "../../src/methods/mod.ts";
import { alphaLayout, type AlphaRows, checkRows } from "../../src/network/alphas.ts";
import { discretize } from "../../src/network/discretize.ts";
import { familyOf } from "../../src/network/families.ts";
import { type Genotype, readGenotype } from "../../src/network/genotype.ts";
import type { MixingEpoch, ReportData, RunResult } from "../../src/report/mod.ts";
import type { WatchedRun } from "../../src/report/watched_runs.ts";
import { decidedRows, type Decisions } from "../../src/search/decisions.ts";
import { configured } from "../../src/spaces/settings.ts";
import { reportData, type Reported, titleOf } from "../run/files.ts";
import type { Files } from "./files.ts";
import type { Values } from "./objects.ts";
import { metricsOf, standingTiles } from "./run.ts";

/** The files that a report is drawn from. */
export const reportFiles = [
  ...["config.json", "environment.json", "metrics.jsonl", "alphas.jsonl", "searches.json"],
  ...["genotype.json", "result.json"],
];

/** What a search is of, and how its alphas become weights. */
interface Searched {
  readonly config: SearchConfig;
  readonly method: Method;
  readonly net: NonNullable<Reported["net"]>;
}

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
    const { method, space: named } = subjectOf(config);
    const space = configured(named, config);
    const variant = method.variant(config);
    return {
      config,
      method,
      net: { space, variant, alphas: alphaLayout(familyOf(space).matrices(space, variant)) },
    };
  });

/**
 * The mixing weights of each epoch, from the raw alphas in `alphas.jsonl`: of several searches of the last, or the chosen
 * one, and the way it took. What a method decided on the way is decided again. None where a search was in stages that
 * dropped operations: those are not among the files.
 */
function mixingOf(
  rows: readonly Values[],
  { config, method, net: { space, alphas: { matrices } } }: Searched,
  chosen: unknown,
): MixingEpoch[] {
  const search = chosen ?? rows.at(-1)?.["search"];
  const raw: { readonly epoch: number; readonly alphas: AlphaRows }[] = [];
  for (const row of rows) {
    const epoch = row["epoch"];
    if (row["search"] !== search || !Number.isSafeInteger(epoch)) continue;
    if (Number(row["search_stage"] ?? 0) > 0) return [];
    const alphas = Object.fromEntries(matrices.map(({ name }) => [name, row[name]])) as AlphaRows;
    matrices.forEach((matrix) => checkRows(matrix, alphas[matrix.name]!));
    const again = raw.findIndex((other) => other.epoch >= Number(epoch));
    raw.splice(again < 0 ? raw.length : again, Infinity, { epoch: Number(epoch), alphas });
  }
  let decisions: Decisions = {};
  const history: AlphaRows[] = [];
  return raw.map(({ epoch, alphas }) => {
    const relaxed = Object.fromEntries(
      Object.entries(alphas).map(([name, rows]) => [name, rows.map((row) => method.relaxation.row(row))]),
    );
    const weights = decidedRows(relaxed, decisions);
    history.push(relaxed);
    decisions =
      method.decide?.(config, { decisions, history: [...history], space, epoch, epochs: config.epochs }) ??
        decisions;
    return { epoch, weights };
  });
}

/** Ways to a cell that end with the rule of discretization on the last alphas. */
const byRule: readonly string[] = ["gradient", "best of"] satisfies Method["strategy"]["kind"][];

/** The cell that a search would end with now; undefined where the alphas alone do not tell. */
const cellNow = (
  { config, method, net: { space } }: Searched,
  mixing: readonly MixingEpoch[],
): Genotype | undefined =>
  ifPossible(() => {
    if (!byRule.includes(method.strategy.kind)) return undefined;
    const { weights } = mixing.at(-1)!;
    return method.discretize?.(config, weights, space) ?? discretize(weights, space);
  });

/** The report of a run; `run` is its line of the list. */
export function reportOf(files: Files, folder: string, run: WatchedRun): ReportData {
  const file = (name: string) => join(folder, name);
  const config = files.json(file("config.json")) ?? {};
  const result = files.json(file("result.json")) as RunResult | undefined;
  const dataset = typeof config["data"] === "string" ? nameOf(config["data"]) : "";
  const searched = searchedOf(config);
  const rows = files.rows(file("alphas.jsonl"));
  const chosen = files.json(file("searches.json"))?.["chosen"];
  const mixing = searched && ifPossible(() => mixingOf(rows, searched, chosen)) || [];
  const found = ifPossible(() => readGenotype(files.text(file("genotype.json")) ?? "", "genotype.json"));
  const would = found === undefined && searched && cellNow(searched, mixing);
  const data = reportData({
    title: config["data"] === undefined ? run.name : titleOf(config, dataset),
    ...searched && { method: searched.config.method, net: searched.net },
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
