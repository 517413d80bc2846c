/** Tables: settings and the like as rows of name and value, and the numbers behind each figure. */
import type { Genotype } from "../network/genotype.ts";
import type { CellType } from "../spaces/space.ts";
import { cellOperations, edgeName } from "./alphas_figure.ts";
import { stateHtml, statePhrase } from "./cell_text.ts";
import { format } from "./d3.ts";
import { measure } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { softmax } from "../softmax.ts";
import type { MetricRow, ReportData } from "./types.ts";

/** A table in a box that scrolls by itself, so that the page never has to. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="sr">${caption}</caption><thead><tr>${
    head.map((name) => markup`<th scope="col">${name}</th>`)
  }</tr></thead><tbody>${
    rows.map(([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>`
    )
  }</tbody></table></div>`;
}

/** Nested records as rows, the names of what encloses a value joined by dots. */
function flatten(record: Readonly<Record<string, unknown>>, prefix = ""): [string, unknown][] {
  return Object.entries(record).flatMap(([name, value]): [string, unknown][] =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? flatten(value as Record<string, unknown>, `${prefix}${name}.`)
      : [[prefix + name, value]]
  );
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** Settings, results or an environment, one row a value. Values that are undefined are left out. */
export function valuesTable(values: Readonly<Record<string, unknown>>): Markup {
  const rows = flatten(values).filter(([, value]) => value !== undefined);
  return markup`<dl class="values">${
    rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${valueText(value)}</dd></div>`)
  }</dl>`;
}

/** The edges of a cell: what the drawing shows. */
export function edgesTable(genotype: Genotype, cell: CellType): Markup {
  const rows = genotype[cell].map(([operation, predecessor], i) => [
    `node ${Math.floor(i / 2)}`,
    operation,
    predecessor < 2 ? stateHtml(statePhrase(predecessor)) : statePhrase(predecessor),
  ]);
  const output = genotype[`${cell}_concat`].map(statePhrase).join(", ");
  return table("Edges of the cell", ["State", "Operation", "Input"], [...rows, [
    stateHtml("c_{k}"),
    "concatenation",
    output,
  ]]);
}

/** The softmaxed weights of the last epoch, edges by operations; the heaviest of each edge stands out. */
export function weightsTable(
  { alphas, space }: { alphas: ReportData["alphas"]; space: NonNullable<ReportData["space"]> },
  cell: CellType,
): Markup {
  const last = alphas.at(-1)!;
  const operations = cellOperations(space, cell);
  const share = format(".4f");
  const rows = space.edges.map((edge, i) => {
    const weights = softmax(last[cell][i]!);
    const largest = Math.max(...weights);
    return [
      edgeName(edge),
      ...operations.map((operation) => {
        const weight = weights[space.candidates[cell][i]!.indexOf(operation)];
        if (weight === undefined) return "";
        return weight === largest ? markup`<b>${share(weight)}</b>` : share(weight);
      }),
    ];
  });
  return table(`Mixing weights after epoch ${last.epoch}`, ["Edge", ...operations], rows);
}

/** Every measure of every epoch of a stage. */
export function metricsTable(metrics: readonly MetricRow[], stage: MetricRow["stage"]): Markup {
  const rows = metrics.filter((row) => row.stage === stage);
  const keys = [...new Set(rows.flatMap(Object.keys))].filter((key) => key !== "stage" && key !== "epoch");
  const text = (value: unknown): string => {
    if (typeof value === "number") return Number.isFinite(value) ? measure(value) : String(value);
    return value === null || value === undefined ? "" : valueText(value);
  };
  return table(
    "Measures of each epoch",
    ["epoch", ...keys],
    rows.map((row) => [String(row.epoch), ...keys.map((key) => text(row[key]))]),
  );
}
