/** The tables of a study's page. */
import { duration, whole } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { type ArmSummary, collapsedSkips, skipsOf, type StudyRun, type StudySummary } from "./study.ts";
import { accuracyWords, columns, doneWords, probability, sinceWords, verdictWords } from "./study_words.ts";
import { table } from "./tables.ts";

/** "ms-darts, warmup 0": the method, and what the arm has of its own. */
const methodWords = ({ arm: { method, settings } }: ArmSummary): string =>
  [method, ...Object.entries(settings).map(([name, value]) => `${name} ${value}`)].join(", ");

/** An arm a row. */
export const armsTable = ({ arms }: StudySummary): Markup =>
  table(
    "Arms",
    ["", "Method", ...columns.map(({ title }) => title)],
    arms.map((arm) => [arm.arm.name, methodWords(arm), ...columns.map(({ of }) => of(arm))]),
  );

/** A test a row. */
export const testsTable = ({ tests }: StudySummary): Markup =>
  table(
    "Tests of Mann and Whitney",
    ["First", "Second", "Runs", "U", "p", "In words"],
    tests.map((test) => [
      test.first.arm.name,
      test.second.arm.name,
      `${test.first.finished.length} and ${test.second.finished.length}`,
      test.result === undefined ? "–" : String(test.result.u),
      test.result === undefined ? "–" : probability(test.result.p),
      verdictWords(test),
    ]),
  );

const runColumns = [
  "Seed",
  "Accuracy, %",
  "Rank",
  "Points below the best",
  "Skips",
  `${collapsedSkips} or more from this step on`,
];

/** Every run with what it found, arm by arm. */
export const runsTables = ({ arms, baselines: { dataset } }: StudySummary): Markup =>
  markup`<figure class="runs comparison">${
    arms.map((arm) =>
      markup`<details><summary>${arm.arm.name}: ${doneWords(arm)}</summary>${
        table(`Runs of ${arm.arm.name}`, [...runColumns, "Time", "Cell"], arm.runs.map(runRow(dataset)))
      }</details>`
    )
  }</figure>`;

const runRow = (dataset: string) => (run: StudyRun) => {
  const { seed, record } = run;
  const without = (words: string, why = "") => [String(seed), words, "", "", "", "", "", why];
  if (record === undefined) return without("not run yet");
  if (record.result === undefined) return without("failed", record.failure);
  const { genotype, accuracies, rank, regret, seconds } = record.result;
  return [
    String(seed),
    accuracyWords(accuracies[dataset]!),
    whole(rank),
    regret.toFixed(2),
    String(skipsOf(genotype)),
    sinceWords(run),
    duration(seconds),
    markup`<code>${genotype}</code>`,
  ];
};
