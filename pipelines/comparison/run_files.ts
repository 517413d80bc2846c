/** What a comparison reads from the directory of a run. */
import { inFlags } from "../../src/cli/flags.ts";
import { join } from "../../src/io/paths.ts";
import { parseJson, readJson, readTextIfThere } from "../../src/io/read.ts";
import type { Failure } from "./ended.ts";
import type { PlannedRun } from "./runs.ts";
import type { CellDrawing, MetricRow, RunRecord } from "../../src/report/mod.ts";
import { setting } from "../../src/setting.ts";

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

/** What tells the images of a run from others. */
export const imagesOf = ({ result }: RunRecord): unknown => result["images"];

/** What is wrong with a run that ended if it saw other images than some other, by its name. */
export function strangeImages(
  { directory }: Pick<PlannedRun, "directory">,
  others: Iterable<readonly [name: string, images: unknown]>,
): Failure | undefined {
  const own = imagesOf(readRun(directory));
  for (const [name, images] of others) {
    if (own === undefined || images === undefined || images === own) continue;
    const message = `Its images are other ones than those of ${name}; say with ${
      setting("data")
    } where those are now, and remove ${directory}.`;
    return { code: 4, message: inFlags(message) };
  }
}

const readMetrics = (path: string, chosen: unknown): MetricRow[] =>
  wayTaken(
    (readTextIfThere(path)?.split("\n") ?? []).filter((line) => line !== "")
      .map((line) => parseJson(line, path) as unknown as MetricRow),
    chosen,
  );

/**
 * The rows of a run: of several searches those of the chosen one, and where a search went back to an earlier epoch
 * and on from there (darts-ada), the way it took in the end.
 */
export function wayTaken(all: readonly MetricRow[], chosen: unknown): MetricRow[] {
  const rows: Record<MetricRow["stage"], MetricRow[]> = { search: [], train: [] };
  for (const row of all) {
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
    .map(([name, kind = ""]) => ({ kind, svg: readTextIfThere(join(directory, name)) ?? "" }))
    .sort((a, b) => a.kind.localeCompare(b.kind));
