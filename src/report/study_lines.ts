/** A study in a terminal. */
import { aligned } from "./aligned.ts";
import type { StudySummary } from "./study.ts";
import { baselineWords, columns, distanceWords, progressWords, testWords } from "./study_words.ts";

/** The lines of a study: a table of its arms, what stands beside them, and its tests. */
export function studyLines(summary: StudySummary): string[] {
  const { arms, baselines, tests } = summary;
  const shown = columns.filter(({ short }) => short !== undefined);
  const resnet = baselines.rows[0];
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
      ) => [row.name, baselineWords(row), row.rank === undefined ? "–" : String(row.rank)]),
    ]),
    ...baselines.notes,
    ...resnet === undefined ? [] : [
      "",
      ...arms.flatMap(({ arm, accuracy }) =>
        accuracy === undefined ? [] : [
          `${arm.name}: the median is ${
            baselines.rows.map((row) => distanceWords(accuracy.median, row)).join(", ")
          }`,
        ]
      ),
    ],
    ...tests.length > 0 ? ["", ...tests.map(testWords)] : [],
  ];
}
