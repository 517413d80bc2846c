/** What a comparison reads from the directory of a run. */
import { dataError } from "../../src/errors.ts";
import { join } from "../../src/io/paths.ts";
import type { CellDrawing, MetricRow, RunRecord } from "../../src/report/mod.ts";

type Values = Readonly<Record<string, unknown>>;

/** A text file, or undefined where there is none. */
function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw dataError(`Cannot read ${path}: ${(error as Error).message}.`, { cause: error });
  }
}

function parse(text: string, path: string): Values {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dataError(
      `${path} is not valid JSON: ${(error as Error).message}. Remove its run and run it again.`,
      {
        cause: error,
      },
    );
  }
}

/** A JSON file, or undefined where there is none. */
export function readJson(path: string): Values | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parse(text, path);
}

/** What a finished run left. */
export function readRun(directory: string): RunRecord {
  const file = (name: string) => join(directory, name);
  const chosen = readJson(file("searches.json"))?.["chosen"];
  return {
    config: readJson(file("config.json")) ?? {},
    environment: readJson(file("environment.json")) ?? {},
    result: readJson(file("result.json")) ?? {},
    metrics: readMetrics(file("metrics.jsonl"), chosen),
    cells: readCells(directory),
  };
}

/**
 * The rows of a run: of several searches those of the chosen one, and where a search went back to an earlier epoch
 * and on from there (darts-ada), the way it took in the end.
 */
function readMetrics(path: string, chosen: unknown): MetricRow[] {
  const rows: Record<MetricRow["stage"], MetricRow[]> = { search: [], train: [] };
  for (const line of readText(path)?.split("\n") ?? []) {
    if (line === "") continue;
    const row = parse(line, path) as MetricRow;
    if (row.stage === "search" && row["search"] !== undefined && row["search"] !== chosen) continue;
    const taken = rows[row.stage];
    const again = taken.findIndex(({ epoch }) => epoch >= row.epoch);
    taken.splice(again < 0 ? taken.length : again, Infinity, row);
  }
  return [...rows.search, ...rows.train];
}

const readCells = (directory: string): CellDrawing[] =>
  [...Deno.readDirSync(directory)].map(({ name }) => /^cell(?:-(\w+))?\.svg$/.exec(name))
    .filter((match) => match !== null)
    .map(([name, kind = ""]) => ({ kind, svg: Deno.readTextFileSync(join(directory, name)) }))
    .sort((a, b) => a.kind.localeCompare(b.kind));
