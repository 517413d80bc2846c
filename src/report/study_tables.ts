/** The tables of a study's page. */
import { type Markup, markup } from "./markup.ts";
import { whole } from "./format.ts";
import { skipsOf, type StudyRun, type StudySummary } from "./study.ts";
import {
  accuracyWords,
  baselineWords,
  columns,
  distanceWords,
  doneWords,
  probability,
  testWords,
} from "./study_words.ts";
import { table } from "./tables.ts";

/** An arm a row. */
export const armsTable = ({ arms, baselines: { rows } }: StudySummary): Markup =>
  table(
    "Arms",
    ["", "Method", ...columns.map(({ title }) => title), ...rows.map(({ name }) => `Median against ${name}`)],
    arms.map((arm) => [
      arm.arm.name,
      arm.arm.method,
      ...columns.map(({ of }) => of(arm)),
      ...rows.map((row) => arm.accuracy === undefined ? "–" : distanceWords(arm.accuracy.median, row)),
    ]),
  );

/** What needs no search, a row each. */
export const baselinesTable = ({ baselines: { rows, of } }: StudySummary): Markup =>
  table(
    "What needs no search",
    ["", "What it is", "Accuracy, %", `Rank of ${whole(of)}`, "Points below the optimum"],
    rows.map((row) => [
      row.name,
      row.words,
      baselineWords(row),
      row.rank === undefined ? "–" : whole(row.rank),
      row.regret.toFixed(2),
    ]),
  );

/** A test a row. */
export const testsTable = ({ tests }: StudySummary): Markup =>
  table(
    "Tests of Mann and Whitney",
    ["", "U", "p", "In words"],
    tests.map((test) => [
      `${test.first.arm.name} against ${test.second.arm.name}`,
      test.result === undefined ? "–" : String(test.result.u),
      test.result === undefined ? "–" : probability(test.result.p),
      testWords(test),
    ]),
  );

/** Every run with what it found, arm by arm. */
export const runsTables = ({ arms, baselines: { dataset } }: StudySummary): Markup =>
  markup`${
    arms.map((arm) =>
      markup`<details><summary>${arm.arm.name}: ${doneWords(arm)}</summary>${
        table(
          `Runs of ${arm.arm.name}`,
          ["Seed", "Accuracy, %", "Rank", "Skips", "Cell"],
          arm.runs.map(row(dataset)),
        )
      }</details>`
    )
  }`;

const row = (dataset: string) => ({ seed, record, state }: StudyRun) => {
  if (state === "missing") return [String(seed), "not run yet", "", "", ""];
  if (record?.result === undefined) return [String(seed), "failed", "", "", record?.failure ?? ""];
  const { genotype, accuracies, rank } = record.result;
  return [
    String(seed),
    accuracyWords(accuracies[dataset]!),
    whole(rank),
    String(skipsOf(genotype)),
    markup`<code>${genotype}</code>`,
  ];
};
