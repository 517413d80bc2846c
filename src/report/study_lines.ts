/** A study in a terminal. */
import { distanceWords } from "../benchmarks/baselines.ts";
import { aligned } from "./aligned.ts";
import { baselineAccuracy } from "./baselines_table.ts";
import type { StudySummary } from "./study.ts";
import { columns, progressWords, testWords } from "./study_words.ts";

/** The lines of a study: a table of its arms, what stands beside them, and its tests. */
export function studyLines(summary: StudySummary): string[] {
  const { arms, baselines, tests } = summary;
  const known = arms.filter(({ accuracy }) => accuracy !== undefined);
  const shown = columns.filter(({ short }) => short !== undefined);
  return [
    `${summary.study.title} (${progressWords(summary)} runs done)`,
    "",
    ...aligned([
      ["", ...shown.map(({ short }) => short!)],
      ...arms.map((arm) => [arm.arm.name, ...shown.map(({ of }) => of(arm))]),
    ]),
    "",
    ...aligned([
      [`without a search, % on ${baselines.dataset}`, "accuracy", "rank"],
      ...baselines.rows.map((
        row,
      ) => [row.name, baselineAccuracy(row), row.rank === undefined ? "–" : String(row.rank)]),
    ]),
    ...baselines.notes,
    ...known.length > 0 ? ["", "the median of each arm:"] : [],
    ...known.map(({ arm, accuracy }) =>
      `${arm.name}: ${baselines.rows.map((row) => distanceWords(accuracy!.median, row)).join(", ")}`
    ),
    ...tests.length > 0 ? ["", ...tests.map(testWords)] : [],
  ];
}
