/** The list of runs and comparisons that `watch` serves: what goes on, at a glance. */
import { duration } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { header, pageHtml, section } from "./page.ts";
import { sparkline } from "./sparkline.ts";
import type { Palette } from "./theme.ts";
import css from "./watch.css" with { type: "text" };
import {
  type Chosen,
  chosenRuns,
  queryOf,
  type SortKey,
  sortKeys,
  type WatchedRun,
  type WatchedState,
  watchedStates,
} from "./watched_runs.ts";

/** A comparison in a list. */
export interface WatchedComparison {
  readonly name: string;
  readonly address: string;
  /** Its runs by state. */
  readonly counts: Readonly<Partial<Record<WatchedState, number>>>;
}

/** What is watched. */
export interface Watched {
  /** As the user named them. */
  readonly folders: readonly string[];
  readonly runs: readonly WatchedRun[];
  readonly comparisons: readonly WatchedComparison[];
  /** What a reader should know of the list, in sentences. */
  readonly notes: readonly string[];
}

/** Of the dots before the states; 3:1 or more against `surface`. */
const stateColours: Palette = {
  "is-running": { light: "#0072b2", dark: "#56b4e9" },
  "is-silent": { light: "#b25a00", dark: "#f0a35e" },
  "is-failed": { light: "#c0262d", dark: "#ff7b72" },
  "is-waiting": { light: "#8a94a3", dark: "#77828f" },
  "is-stopped": { light: "#586475", dark: "#9aa6b5" },
  "is-finished": { light: "#1a7f4b", dark: "#4fc283" },
};

const stateNames = Object.keys(watchedStates) as WatchedState[];

const dot = (state: WatchedState): Markup =>
  markup`<span class="dot" style="background:var(--is-${state})" aria-hidden="true"></span>`;

/** The page as the text of an HTML file. */
export const watchHtml = (watched: Watched, chosen: Chosen, version: string): string =>
  pageHtml({
    title: `Watching ${watched.folders.join(", ")}`,
    colours: stateColours,
    css,
    headline: headline(watched),
    main: watchedContent(watched, chosen),
    live: { version: version, above: [] },
    form: choosingForm(chosen),
  });

function headline({ folders, runs }: Watched): Markup {
  const count = (state: WatchedState) => runs.filter((run) => run.state === state).length;
  return header({
    eyebrow: "MS-DARTS runs",
    title: folders.join(", "),
    facts: [["Runs", String(runs.length)]],
    tiles: stateNames.filter((state) => count(state) > 0)
      .map((state) => [state, String(count(state)), state === "running" ? "main" : ""]),
  });
}

/** What is drawn again of the list; it also tells one state of the page from another. */
export const watchedContent = ({ runs, comparisons, notes }: Watched, chosen: Chosen): Markup =>
  markup`${
    notes.length > 0 &&
    markup`<aside class="notes" aria-label="Notes"><ul>${
      notes.map((note) => markup`<li>${note}</li>`)
    }</ul></aside>`
  }${comparisons.length > 0 && comparisonsList(comparisons)}${runsList(runs, chosen)}`;

const comparisonsList = (comparisons: readonly WatchedComparison[]): Markup =>
  section(
    "comparisons",
    "Comparisons",
    false,
    markup`<ul class="comparisons">${
      comparisons.map(({ name, address, counts }) =>
        markup`<li><a href="${address}">${name}</a><span>${
          stateNames.filter((state) => counts[state]).map((state) => `${counts[state]} ${state}`).join(", ")
        }</span></li>`
      )
    }</ul>`,
  );

function runsList(runs: readonly WatchedRun[], chosen: Chosen): Markup {
  const shown = chosenRuns(runs, chosen);
  const lead = runs.length === 0
    ? "There is none in these folders yet."
    : shown.length < runs.length && `${shown.length} of ${runs.length}.`;
  return section("runs", "Runs", lead, shown.length === 0 ? [] : runsTable(shown, chosen));
}

/** The columns: what they are sorted by, if by anything. */
const columns: readonly (readonly [title: string, key?: SortKey])[] = [
  [sortKeys.name, "name"],
  [sortKeys.state, "state"],
  [sortKeys.epoch, "epoch"],
  [sortKeys.left, "left"],
  [sortKeys.value, "value"],
  [sortKeys.host, "host"],
  [sortKeys.memory, "memory"],
  ["Log"],
];

/** The roles are a table's own, which styles for narrow screens would take away. */
const runsTable = (runs: readonly WatchedRun[], chosen: Chosen): Markup =>
  markup`<table class="runs" role="table"><thead role="rowgroup"><tr role="row">${
    columns.map(([title, key]) =>
      key === undefined ? markup`<th scope="col" role="columnheader">${title}</th>` : head(title, key, chosen)
    )
  }</tr></thead><tbody role="rowgroup">${runs.map(row)}</tbody></table>`;

/** Sorts by its column; again, the other way round. */
function head(title: string, key: SortKey, chosen: Chosen): Markup {
  const by = chosen.sort === key;
  const down = by && !chosen.down;
  const sorted = by && markup` aria-sort="${chosen.down ? "descending" : "ascending"}"`;
  return markup`<th scope="col" role="columnheader"${sorted}><a href="${
    queryOf({ ...chosen, sort: key, down })
  }">${title}</a></th>`;
}

const row = (run: WatchedRun): Markup => {
  const { name, address, state, why, subject, progress, secondsLeft, host, memory, said } = run;
  const cells = [
    ["state", markup`${dot(state)}<span title="${watchedStates[state]}">${state}</span>`],
    [
      "epoch",
      progress && markup`<span class="of">${progress.stage}</span> ${progress.done} of ${progress.of}`,
    ],
    ["left", secondsLeft !== undefined && duration(secondsLeft)],
    ["value", run.sparkline && sparkline(run.sparkline)],
    ["host", host],
    ["memory", memory !== undefined && memoryWords(memory)],
    ["log", why ?? said],
  ] as const;
  return markup`<tr role="row"><th scope="row" role="rowheader" class="name">${
    address === undefined ? name : markup`<a href="${address}">${name}</a>`
  }<span class="subject">${subject}</span></th>${
    cells.map(([kind, content]) => markup`<td role="cell" class="${kind}">${content}</td>`)
  }</tr>`;
};

/** "1.24 GB". */
const memoryWords = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** What a reader chooses by: words, states and the order of the list. */
function choosingForm(chosen: Chosen): Markup {
  const option = (value: string, title: string, selected: string) =>
    markup`<option value="${value}"${value === selected && markup` selected`}>${title}</option>`;
  return markup`<form role="search"><label>Find<input type="search" name="words" value="${chosen.words}" autocomplete="off"></label><label>State<select name="state">${
    option("", "all", chosen.state)
  }${
    stateNames.map((state) => option(state, state, chosen.state))
  }</select></label><label>Sorted by<select name="sort">${
    Object.entries(sortKeys).map(([key, title]) => option(key, title, chosen.sort))
  }</select></label><label class="check"><input type="checkbox" name="down" value="1"${
    chosen.down && markup` checked`
  }>largest first</label><noscript><button>Show</button></noscript></form>`;
}
