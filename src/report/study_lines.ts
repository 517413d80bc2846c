/** A study in a terminal. */
import { aligned } from "./aligned.ts";
import { besideLines } from "./baselines_table.ts";
import type { StudySummary } from "./study.ts";
import { columns, medians, progressWords, testWords } from "./study_words.ts";

/** The lines of a study: a table of its arms, what stands beside them, and its tests. */
export function studyLines(summary: StudySummary): string[] {
  const { study, arms, baselines, tests } = summary;
  const shown = columns.filter(({ short }) => short !== undefined);
  return [
    `${study.title} (${progressWords(summary)})`,
    "",
    ...aligned([
      ["", ...shown.map(({ short }) => short!)],
      ...arms.map((arm) => [arm.arm.name, ...shown.map(({ of }) => of(arm))]),
    ]),
    "",
    ...besideLines("median of each arm", medians(summary), baselines),
    ...tests.length > 0 ? ["", ...tests.map(testWords)] : [],
  ];
}
