/** Tables: settings and the like as rows of name and value, and the numbers behind each figure. */
import type { CellDiagram } from "../network/diagram.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";
import { alternatives } from "./alphas_figure.ts";
import { stateHtml } from "./cell_text.ts";
import { format } from "./d3.ts";
import { measure } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import type { MetricRow, ReportData } from "./types.ts";

/** The cells of a row of a table. */
type Row = readonly (string | Markup | readonly Markup[])[];

/** A table in a box that scrolls by itself, so that the page never has to. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly Row[],
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
export function edgesTable({ inputs, nodes, output }: CellDiagram): Markup {
  const states = [...inputs, ...nodes.map(({ name }) => name)];
  const phrase = (state: number): Markup => statePhrase(states, inputs, state);
  const joined = (list: readonly number[], link: string): Markup[] =>
    list.map(phrase).flatMap((part, i) => (i === 0 ? [part] : [markup`${link}`, part]));
  const rows = nodes.flatMap(({ name, edges, operation }): Row[] =>
    operation === undefined
      ? edges.map((edge) => [`node ${name}`, edge.operation ?? "", phrase(edge.from)])
      : [[`node ${name}`, operation, joined(edges.map(({ from }) => from), " + ")]]
  );
  const { name, from, added = [] } = output;
  return table("Edges of the cell", ["State", "Operation", "Input"], [...rows, [
    stateHtml(name),
    from.length > 1 ? "concatenation" : "",
    [...joined(from, ", "), ...added.flatMap((state) => [markup` + `, phrase(state)])],
  ]]);
}

/** A state in a table: an input by its name, a node as one. */
const statePhrase = (states: readonly string[], inputs: readonly string[], state: number): Markup =>
  state < inputs.length ? stateHtml(states[state]!) : markup`node ${states[state]!}`;

/** The mixing weights of the last epoch, choices by alternatives; the heaviest of each choice stands out. */
export function weightsTable(mixing: ReportData["mixing"], { name, rows: choices }: AlphaMatrix): Markup {
  const last = mixing.at(-1)!;
  const columns = alternatives(choices);
  const share = format(".4f");
  const rows = choices.map((choice, i) => {
    const weights = last.weights[name]![i]!;
    const largest = Math.max(...weights);
    return [
      choice.name,
      ...columns.map((column) => {
        const weight = weights[choice.choices.indexOf(column)];
        if (weight === undefined) return "";
        return weight === largest ? markup`<b>${share(weight)}</b>` : share(weight);
      }),
    ];
  });
  return table(`Mixing weights after epoch ${last.epoch}`, ["Choice", ...columns], rows);
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
