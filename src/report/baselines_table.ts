/** What needs no search, beside what was found: tables of a page. */
import { type Baselines, distanceWords } from "../benchmarks/baselines.ts";
import { whole } from "./format.ts";
import type { Markup } from "./markup.ts";
import { table } from "./tables.ts";

/** "93.76", and of what is drawn at random its deviation: "87.06 ± 12.93". */
export const baselineAccuracy = ({ accuracy, std }: Baselines["rows"][number]): string =>
  `${accuracy.toFixed(2)}${std === undefined ? "" : ` ± ${std.toFixed(2)}`}`;

/** A baseline a row. */
export const baselinesTable = ({ rows, of, dataset }: Baselines): Markup =>
  table(
    "What needs no search",
    ["", "What it is", `Accuracy on ${dataset}, %`, `Rank of ${whole(of)}`, "Points below the best"],
    rows.map((row) => [
      row.name,
      row.words,
      baselineAccuracy(row),
      row.rank === undefined ? "–" : whole(row.rank),
      row.regret.toFixed(2),
    ]),
  );

/** Where what was found stands to each baseline: a row each, by its accuracy in percent on the data set that ranks. */
export const againstTable = (
  caption: string,
  found: readonly { readonly name: string; readonly accuracy: number | undefined }[],
  { rows }: Baselines,
): Markup =>
  table(
    caption,
    ["", ...rows.map(({ name }) => `Against ${name}`)],
    found.map(({ name, accuracy }) => [
      name,
      ...rows.map((row) =>
        accuracy === undefined ? "–" : distanceWords(accuracy, row).replace(` ${row.name}`, "")
      ),
    ]),
  );
