/** What needs no search, beside what was found: tables of a page. */
import { againstWords, type Baseline, type Baselines } from "../benchmarks/baselines.ts";
import { aligned } from "./aligned.ts";
import { hundredths, whole } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { table } from "./tables.ts";

/** "93.76", and of what is drawn at random its deviation: "87.06 ± 12.93". */
const baselineAccuracy = ({ accuracy, std }: Baseline): string =>
  `${hundredths(accuracy)}${std === undefined ? "" : ` ± ${hundredths(std)}`}`;

/** A baseline a row. */
export const baselinesTable = ({ rows, of, dataset }: Baselines): Markup =>
  table(
    "What needs no search",
    ["", `Accuracy on ${dataset}, %`, `Rank of ${whole(of)}`, "Points below the best", "What it is"],
    rows.map((row) => [
      row.name,
      ...[baselineAccuracy(row), rankWords(row), hundredths(row.regret)],
      markup`<span class="words">${row.words}</span>`,
    ]),
  );

const rankWords = ({ rank }: Baseline): string => rank === undefined ? "–" : whole(rank);

/** What was found: its accuracy in percent on the data set that ranks, if there is one yet. */
export interface Found {
  readonly name: string;
  readonly accuracy: number | undefined;
}

const againstRow = ({ name, accuracy }: Found, { rows }: Baselines): string[] => [
  name,
  ...rows.map((row) => accuracy === undefined ? "–" : againstWords(accuracy, row)),
];

/** Where what was found stands to each baseline, a row each. */
export const againstTable = (caption: string, found: readonly Found[], baselines: Baselines): Markup =>
  table(
    caption,
    ["", ...baselines.rows.map(({ name }) => `Against ${name}`)],
    found.map((one) => againstRow(one, baselines)),
  );

/** Both tables for a terminal; `what` the accuracies of the second are. */
export const besideLines = (what: string, found: readonly Found[], baselines: Baselines): string[] => [
  ...aligned([
    [`without a search, % on ${baselines.dataset} by ${baselines.table}`, "accuracy", "rank"],
    ...baselines.rows.map((row) => [row.name, baselineAccuracy(row), rankWords(row)]),
  ]),
  "",
  ...aligned([
    [`${what} against`, ...baselines.rows.map(({ name }) => name)],
    ...found.map((one) => againstRow(one, baselines)),
  ]),
  ...baselines.notes,
];
