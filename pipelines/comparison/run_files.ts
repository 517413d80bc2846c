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
  return {
    config: readJson(file("config.json")) ?? {},
    environment: readJson(file("environment.json")) ?? {},
    result: readJson(file("result.json")) ?? {},
    metrics: readMetrics(file("metrics.jsonl"), chosenSearch(directory)),
    cells: readCells(directory),
  };
}

/** Which of several searches gave the cell of a run; undefined where one is all. */
export const chosenSearch = (directory: string): unknown =>
  readJson(join(directory, "searches.json"))?.["chosen"];

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
 * The rows of a run's log: of several searches those of the chosen one, and where a search went back and on from there
 * (darts-ada), the way it took in the end.
 *
 * @param at a number of a row that rises as a search goes on
 */
export function rowsTaken<R extends Readonly<Record<string, unknown>>>(
  all: readonly R[],
  chosen: unknown,
  at: (row: R) => number,
): R[] {
  const taken: R[] = [];
  for (const row of all) {
    if (row["search"] !== undefined && row["search"] !== chosen) continue;
    const again = taken.findIndex((other) => at(other) >= at(row));
    taken.splice(again < 0 ? taken.length : again, Infinity, row);
  }
  return taken;
}

/** The epochs of a run on the way it took: those of the search, then those of the training. */
export const wayTaken = (all: readonly MetricRow[], chosen: unknown): MetricRow[] =>
  (["search", "train"] as const).flatMap((stage) =>
    rowsTaken(all.filter((row) => row.stage === stage), chosen, ({ epoch }) => epoch)
  );

const readCells = (directory: string): CellDrawing[] =>
  [...Deno.readDirSync(directory)].map(({ name }) => /^cell(?:-(\w+))?\.svg$/.exec(name))
    .filter((match) => match !== null)
    .map(([name, kind = ""]) => ({ kind, svg: readTextIfThere(join(directory, name)) ?? "" }))
    .sort((a, b) => a.kind.localeCompare(b.kind));
