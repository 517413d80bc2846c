/** The table that judges a study, and what needs no search by it. */
import { type Baselines, openTable, rankingDataset } from "../../src/benchmarks/mod.ts";
import { subjectOf } from "../../src/config/subject.ts";
import type { StudyConfig } from "../../src/config/study.ts";
import { usageError } from "../../src/errors.ts";
import { nameOf } from "../../src/data/read.ts";
import type { Study, StudyRecord } from "../../src/report/mod.ts";
import { setting } from "../../src/setting.ts";
import { plannedRun } from "./runs.ts";

/** What tells where the table of an arm lies, and how it ranks. */
const judging = ["space", "benchmark", "benchmarkDataset"] as const;

/**
 * Opens the table. A study has one: throws a usage error where the arms are of several spaces, and for a space without
 * one.
 *
 * @param known the records that there are: they were ranked by the same data set
 * @returns the baselines beside some records: a random search has the cost of the most expensive of them
 */
export async function studyTable(
  study: Study,
  { file, data }: StudyConfig,
  known: ReadonlyMap<string, StudyRecord>,
): Promise<(records: readonly StudyRecord[]) => Baselines> {
  const [ranked] = [...known.values()].flatMap(({ result }) => result?.dataset ?? []);
  const images = ranked ?? (data === undefined ? "images" : nameOf(data));
  const configs = study.arms.map((arm) => plannedRun(study, { arm, seed: 0 }, images, "").config);
  const [first] = configs as [typeof configs[number]];
  for (const key of judging) {
    if (configs.every((config) => config[key] === first[key])) continue;
    throw usageError(
      `The arms of ${file} differ in ${
        setting(key)
      }, so that no table judges them all; make a study of each.`,
    );
  }
  const { space } = subjectOf(first);
  const now = data === undefined ? ranked : rankingDataset(space, { ...first, data: nameOf(data) });
  if (ranked !== undefined && now !== ranked) {
    throw usageError(
      `The records of ${file} are of images that the table ranks by ${ranked}; ${
        setting("data")
      } ${data} is of others.`,
    );
  }
  const table = await openTable(space, { ...first, data: images });
  if (table === undefined) {
    throw usageError(
      `A study is judged by a table, and ${first.space} has none; choose nasbench201, or give ${
        setting("benchmark")
      } for a space of NAS-Bench-1Shot1.`,
    );
  }
  return (records) => {
    const costs = records.flatMap(({ result }) => result?.cost ?? []);
    return table.baselines(costs.length > 0 ? Math.max(...costs) : undefined);
  };
}
