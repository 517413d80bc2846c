/**
 * How the mixtures moved: one panel an alternative, one row a choice, one column an epoch, coloured by the mixing
 * weight against the uniform mixture the search starts from. A dot marks what went into the genotype.
 */
import { type OperationName, operationNames } from "../nn/operation_names.ts";
import type { Choice } from "../network/family.ts";
import type { AlphaMatrix, AlphaRow } from "../spaces/space_data.ts";
import { format, max } from "./d3.ts";
import { heatName, heatStep, heatSteps, steps } from "./heat_ramp.ts";
import { type Markup, markup } from "./markup.ts";
import { operationClass } from "./palette.ts";
import type { MixingEpoch } from "./types.ts";

/** What a figure of one matrix draws. */
export interface AlphaFigureData {
  readonly matrix: AlphaMatrix;
  readonly mixing: readonly MixingEpoch[];
  readonly choices: readonly Choice[];
}

/** Pixels of a row, of a character of its name, and between the rows of one node and the next. */
const rowHeight = 12;
const nameWidth = 6;
const nodeGap = 5;

/** log2 of the weight's share of its row over the uniform share: 0 is no preference, 1 twice the uniform weight. */
export function lift(weights: readonly number[], column: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Math.log2((weights[column]! / total) * weights.length);
}

/**
 * The largest lift of any row, at least a hundredth: the ramp's ends. The lower end stands for all that is as
 * far below uniform or farther, since weights that vanish would otherwise use up the ramp.
 */
export function liftRange(mixing: readonly MixingEpoch[]): number {
  const lifts = mixing.flatMap(({ weights }) =>
    Object.values(weights).flat().map((row) => lift(row, row.indexOf(Math.max(...row))))
  );
  return Math.max(0.01, max(lifts) ?? 0);
}

/** What a row leads to: rows of one node stand together. */
const nodeOf = ({ name }: AlphaRow): string => name.split(" → ").at(-1)!;

/** Row tops in order, with a gap after each node where rows are edges, and their total height. */
function rowTops(rows: readonly AlphaRow[]): { tops: number[]; height: number } {
  let gaps = 0;
  const edges = rows.every(({ name }) => name.includes(" → "));
  const tops = rows.map((row, i) => {
    if (edges && i > 0 && nodeOf(row) !== nodeOf(rows[i - 1]!)) gaps++;
    return i * rowHeight + gaps * nodeGap;
  });
  return { tops, height: tops.at(-1)! + rowHeight };
}

/** Room for the names of rows, in pixels. */
const namesWidth = (rows: readonly AlphaRow[]): number =>
  Math.ceil(4 + nameWidth * Math.max(...rows.map(({ name }) => name.length)));

/** The weights of one alternative as one path a colour: neighbours of equal colour in a row are one rectangle. */
function heat({ matrix, mixing }: AlphaFigureData, alternative: string, range: number): Markup {
  const paths = new Map<number, string>();
  const { tops, height } = rowTops(matrix.rows);
  matrix.rows.forEach(({ choices }, r) => {
    const column = choices.indexOf(alternative);
    if (column < 0) return;
    const levels = mixing.map(({ weights }) => heatStep(lift(weights[matrix.name]![r]!, column) / range));
    for (let start = 0, end = 0; start < levels.length; start = end) {
      while (end < levels.length && levels[end] === levels[start]) end++;
      const run = `M${start} ${tops[r]}h${end - start}v${rowHeight - 1}H${start}z`;
      paths.set(levels[start]!, (paths.get(levels[start]!) ?? "") + run);
    }
  });
  return markup`<svg class="heat" viewBox="0 0 ${mixing.length} ${height}" height="${height}" preserveAspectRatio="none">${
    [...paths].map(([step, d]) => markup`<path class="${heatName(step)}" d="${d}"/>`)
  }</svg>`;
}

/** What stands below a panel: the first and the last epoch. */
function epochScale(mixing: readonly MixingEpoch[]): Markup {
  const [first, last] = [mixing[0]!.epoch, mixing.at(-1)!.epoch];
  if (first === last) return markup`<span>epoch ${first}</span>`;
  return markup`<span>${first}</span><span>epoch</span><span>${last}</span>`;
}

const isOperation = (alternative: string): alternative is OperationName =>
  (operationNames as readonly string[]).includes(alternative);

function panel(data: AlphaFigureData, alternative: string, range: number): Markup {
  const { matrix: { name, rows }, mixing, choices } = data;
  const { tops, height } = rowTops(rows);
  const width = namesWidth(rows);
  const chosen = (row: number): boolean =>
    choices.some((choice) =>
      choice.matrix === name && choice.row === row && rows[row]!.choices[choice.column] === alternative
    );
  const offered = rows.map((row) => row.choices.includes(alternative));
  return markup`<div class="panel ${
    isOperation(alternative) && operationClass(alternative)
  }"><p class="operation-name">${
    isOperation(alternative) && markup`<i class="swatch"></i>`
  }${alternative}</p><div class="rows"><svg class="row-names" width="${width}" height="${height}">${
    rows.map((row, i) =>
      markup`<text x="${width - 4}" y="${tops[i]! + 10}" text-anchor="end"${
        !offered[i] && markup` class="absent"`
      }>${row.name}</text>`
    )
  }</svg>${heat(data, alternative, range)}<svg class="marks" width="12" height="${height}">${
    rows.map((_, i) => chosen(i) && markup`<circle cx="7" cy="${tops[i]! + rowHeight / 2 - 0.5}" r="3.5"/>`)
  }</svg></div><p class="epochs">${epochScale(mixing)}</p></div>`;
}

/** All that rows choose from: operations in canonical order, then states. */
export function alternatives(rows: readonly AlphaRow[]): string[] {
  const all = new Set(rows.flatMap(({ choices }) => choices));
  const operations = operationNames.filter((name) => all.has(name));
  return [...operations, ...[...all].filter((name) => !isOperation(name))];
}

/** In words: the heaviest alternative of each row in the last epoch. */
function describe({ matrix, mixing }: AlphaFigureData): string {
  const last = mixing.at(-1)!;
  const share = format(".3f");
  const rows = matrix.rows.map(({ name, choices }, r) => {
    const weights = last.weights[matrix.name]![r]!;
    const best = weights.indexOf(Math.max(...weights));
    return `${name}: ${choices[best]} ${share(weights[best]!)}`;
  });
  return `Heaviest alternative of each choice at epoch ${last.epoch}: ${rows.join("; ")}.`;
}

/** The panels of one matrix as HTML. `range` is `liftRange` of the run, so that all matrices share one ramp. */
export function alphasFigure(data: AlphaFigureData, range: number): Markup {
  const { matrix } = data;
  const panels = alternatives(matrix.rows);
  const columns = Math.min(4, panels.length);
  const id = `alphas-${matrix.name.replaceAll(/[^\w-]/g, "-")}`;
  return markup`<div class="panels" style="--columns:${columns};--names:${
    namesWidth(matrix.rows)
  }px" role="img" aria-labelledby="${id}-title ${id}-desc"><span id="${id}-title" class="sr">Mixing weights over the epochs, ${matrix.title}</span><span id="${id}-desc" class="sr">${
    describe(data)
  }</span>${panels.map((alternative) => panel(data, alternative, range))}</div>`;
}

/** The ramp with the weights its colours stand for, or multiples of uniform where rows differ in length. */
export function alphasLegend(matrices: readonly AlphaMatrix[], range: number): Markup {
  const counts = new Set(matrices.flatMap(({ rows }) => rows.map(({ choices }) => choices.length)));
  const uniform = counts.size === 1 ? 1 / [...counts][0]! : 1;
  const label = (step: number): string =>
    format(".3~g")(uniform * 2 ** ((step / heatSteps) * range)) + (counts.size === 1 ? "" : " ×");
  return markup`<div class="ramp"><span>lighter</span><div><svg viewBox="0 0 ${steps.length} 1" preserveAspectRatio="none" aria-hidden="true">${
    steps.map((step, i) => markup`<path class="${heatName(step)}" d="M${i} 0h1.02v1h-1.02z"/>`)
  }</svg><p>${
    [-heatSteps, 0, heatSteps].map((step) => markup`<span>${label(step)}</span>`)
  }</p></div><span>heavier</span></div>`;
}
