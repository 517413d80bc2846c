/** A study as a page: one HTML file that needs nothing else, in the style of the report. */
import css from "./comparison.css" with { type: "text" };
import { type Markup, markup } from "./markup.ts";
import { header, pageHtml, section } from "./page.ts";
import type { StudySummary } from "./study.ts";
import { armsTable, baselinesTable, runsTables, testsTable } from "./study_tables.ts";
import { columnsWords, progressWords } from "./study_words.ts";

/** The page as the text of an HTML file; `command` makes the study. */
export function studyHtml(summary: StudySummary, command: string): string {
  const { study, baselines, tests } = summary;
  return pageHtml({
    title: study.title,
    colours: {},
    css,
    headline: headline(summary),
    main: [
      study.text &&
      markup`<section>${study.text.map((words) => markup`<p class="lead">${words}</p>`)}</section>`,
      section(
        "results",
        "Results",
        columnsWords,
        markup`<figure class="comparison">${armsTable(summary)}</figure>`,
      ),
      section(
        "baselines",
        "What needs no search",
        markup`On ${baselines.dataset}. ${baselines.notes.join(" ")}`,
        markup`<figure class="comparison">${baselinesTable(summary)}</figure>`,
      ),
      tests.length > 0 &&
      section("tests", "Tests", false, markup`<figure class="comparison">${testsTable(summary)}</figure>`),
      section("runs", "Runs", false, runsTables(summary)),
      section(
        "reproduce",
        "Run it again",
        "Runs that have left a record are not run again.",
        markup`<pre tabindex="0" aria-label="Command">${command}</pre>`,
      ),
    ],
  });
}

function headline(summary: StudySummary): Markup {
  const { study, arms, baselines } = summary;
  return header({
    eyebrow: "Study",
    title: study.title,
    facts: [["Judged by", `${baselines.table}, ${baselines.dataset}`]],
    tiles: [
      ["Arms", String(arms.length)],
      ["Seeds each", String(study.seeds.length)],
      ["Runs done", progressWords(summary)],
    ],
  });
}
