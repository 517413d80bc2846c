/** A study as a page: one HTML file that needs nothing else, in the style of the report. */
import { againstTable, baselinesTable } from "./baselines_table.ts";
import comparisonCss from "./comparison.css" with { type: "text" };
import { seriesColours, trajectoryCss } from "./comparison_figure.ts";
import { max } from "./d3.ts";
import { duration } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { header, pageHtml, section } from "./page.ts";
import type { StudyRecord, StudySummary } from "./study.ts";
import css from "./study.css" with { type: "text" };
import { eigenvaluesFigure, eigenvalueWords, stripsFigure, stripWords } from "./study_figure.ts";
import { armsTable, runsTables, testsTable } from "./study_tables.ts";
import { trajectories } from "./study_trajectories.ts";
import { columnsWords, medians, testsWords } from "./study_words.ts";
import { valuesTable } from "./tables.ts";

/** The page as the text of an HTML file; `command` makes the study. */
export function studyHtml(summary: StudySummary, command: string): string {
  const { study, tests } = summary;
  const [inShort, ...further] = study.text ?? [];
  const seeds = max(summary.arms, ({ runs }) => runs.length) ?? 0;
  return pageHtml({
    title: study.title,
    colours: seriesColours,
    css: comparisonCss + trajectoryCss(seeds) + css,
    headline: headline(summary),
    main: [
      inShort !== undefined &&
      markup`<section class="about" aria-label="In short"><p>${inShort}</p></section>`,
      failures(summary),
      section("results", "Results", stripWords, [
        markup`<figure>${stripsFigure(summary)}</figure>`,
        markup`<p class="lead">${columnsWords}</p><figure class="comparison">${armsTable(summary)}</figure>`,
      ]),
      beside(summary),
      tests.length > 0 &&
      section(
        "tests",
        "Tests",
        testsWords,
        markup`<figure class="comparison worded">${testsTable(summary)}</figure>`,
      ),
      sharpness(summary),
      further.length > 0 &&
      section(
        "words",
        "In more words",
        false,
        markup`<div class="about">${further.map((words) => markup`<p>${words}</p>`)}</div>`,
      ),
      trajectories(summary),
      section("runs", "Runs", "Every run with the cell that it found.", runsTables(summary)),
      settings(summary),
      section(
        "reproduce",
        "Run it again",
        "Runs that have left a record are not run again.",
        markup`<pre tabindex="0" aria-label="Command">${command}</pre>`,
      ),
    ],
  });
}

/** How flat the loss is in the end, beside what was found. */
function sharpness(summary: StudySummary): Markup | false {
  const figure = eigenvaluesFigure(summary);
  if (figure === undefined) return false;
  return section("flatness", "Flat, and collapsed?", eigenvalueWords, markup`<figure>${figure}</figure>`);
}

const recordsOf = ({ arms }: StudySummary): StudyRecord[] =>
  arms.flatMap(({ runs }) => runs.flatMap(({ record }) => record ?? []));

/** What is known of the machines of the runs, all of them where there were several. */
function machines(summary: StudySummary): Record<string, string> {
  const all = recordsOf(summary).flatMap(({ environment }) => Object.entries(environment));
  return Object.fromEntries([...new Set(all.map(([name]) => name))].map((name) => [
    name,
    [...new Set(all.filter(([other]) => other === name).map(([, value]) => value))].join("; "),
  ]));
}

function headline(summary: StudySummary): Markup {
  const { study, arms, baselines } = summary;
  const seconds = arms.flatMap(({ finished }) => finished.map(({ result }) => result.seconds));
  return header({
    eyebrow: "Study",
    title: study.title,
    facts: [
      ["Arms", String(arms.length)],
      ["Seeds each", String(study.seeds.length)],
      ["Judged by the table of", `${baselines.table}, ${baselines.dataset}`],
      ["Device", machines(summary)["adapter"]],
    ],
    tiles: [
      ["Runs done", `${seconds.length} of ${arms.flatMap(({ runs }) => runs).length}`],
      ["Time of all runs, added up", duration(seconds.reduce((sum, value) => sum + value, 0))],
    ],
  });
}

function failures({ arms }: StudySummary): Markup | false {
  const failed = arms.flatMap(({ arm, runs }) =>
    runs.filter(({ state }) => state === "failed").map(({ seed, record }) =>
      markup`<li>${arm.name}, seed ${seed}: ${record?.failure}</li>`
    )
  );
  return failed.length > 0 &&
    markup`<aside class="notes" aria-label="Failures"><h2>Runs that failed</h2><ul>${failed}</ul></aside>`;
}

function beside(summary: StudySummary): Markup {
  const { baselines } = summary;
  const caption = "The median of each arm";
  return section(
    "baselines",
    "Beside what needs no search",
    baselines.cost === undefined
      ? "A random search is left out: what one search has cost is not known."
      : `${baselines.notes.join(" ")} The cost is that of the most expensive search of the study.`,
    markup`<figure class="comparison">${
      baselinesTable(baselines)
    }</figure><figure class="comparison"><figcaption>${caption}</figcaption>${
      againstTable(caption, medians(summary), baselines)
    }</figure>`,
  );
}

function settings(summary: StudySummary): Markup {
  const { study } = summary;
  const machine = machines(summary);
  return markup`<div class="columns">${
    section("settings", "Settings that all arms share", false, valuesTable(study.settings))
  }${Object.keys(machine).length > 0 && section("machine", "Made with", false, valuesTable(machine))}</div>`;
}
