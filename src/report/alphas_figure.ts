/**
 * How the mixtures moved: one panel an operation, one row an edge, one column an epoch, coloured by the softmaxed
 * weight against the uniform mixture the search starts from. A dot marks the edges and operations that went into
 * the genotype.
 */
import { type OperationName, operationNames } from "../nn/operation_names.ts";
import type { CellType } from "../spaces/space.ts";
import { format, max } from "./d3.ts";
import { heatName, heatStep, heatSteps, steps } from "./heat_ramp.ts";
import { type Markup, markup } from "./markup.ts";
import { operationClass } from "./palette.ts";
import { softmax } from "../softmax.ts";
import type { ReportData } from "./types.ts";

type Space = NonNullable<ReportData["space"]>;
type AlphaRows = ReportData["alphas"];

/** Pixels of a row, and between the edges of one node and the next. */
const rowHeight = 12;
const nodeGap = 5;

/** An edge in the cells' own names: "k−2 → 0" from the input c_{k-2} to the first node. */
export const edgeName = ({ from, to }: Space["edges"][number]): string =>
  `${["k−2", "k−1"][from] ?? from - 2} → ${to - 2}`;

/** log2 of the weight over the uniform weight: 0 is no preference, 1 twice the uniform weight. */
export const lift = (weight: number, operations: number): number => Math.log2(weight * operations);

/**
 * The largest lift of either cell, at least a hundredth: the ramp's ends. The lower end stands for all that is as
 * far below uniform or farther, since weights that vanish would otherwise use up the ramp.
 */
export function liftRange(alphas: AlphaRows): number {
  const lifts = alphas.flatMap((row) =>
    [...row.normal, ...row.reduce].map((logits) => lift(Math.max(...softmax(logits)), logits.length))
  );
  return Math.max(0.01, max(lifts) ?? 0);
}

/** Row tops in the order of the edges, with a gap after each node, and their total height. */
function rows(space: Space): { tops: number[]; height: number } {
  const tops = space.edges.map(({ to }, i) => i * rowHeight + (to - 2) * nodeGap);
  return { tops, height: tops.at(-1)! + rowHeight };
}

/** The weights of one operation as one path a colour: neighbours of equal colour in a row are one rectangle. */
function heat(
  alphas: AlphaRows,
  space: Space,
  cell: CellType,
  operation: OperationName,
  range: number,
): Markup {
  const paths = new Map<number, string>();
  const { tops, height } = rows(space);
  space.candidates[cell].forEach((names, edge) => {
    const column = names.indexOf(operation);
    if (column < 0) return;
    const levels = alphas.map((row) => {
      const logits = row[cell][edge]!;
      return heatStep(lift(softmax(logits)[column]!, logits.length) / range);
    });
    for (let start = 0, end = 0; start < levels.length; start = end) {
      while (end < levels.length && levels[end] === levels[start]) end++;
      const run = `M${start} ${tops[edge]}h${end - start}v${rowHeight - 1}H${start}z`;
      paths.set(levels[start]!, (paths.get(levels[start]!) ?? "") + run);
    }
  });
  return markup`<svg class="heat" viewBox="0 0 ${alphas.length} ${height}" height="${height}" preserveAspectRatio="none">${
    [...paths].map(([step, d]) => markup`<path class="${heatName(step)}" d="${d}"/>`)
  }</svg>`;
}

/** What stands below a panel: the first and the last epoch. */
function epochScale(alphas: AlphaRows): Markup {
  const [first, last] = [alphas[0]!.epoch, alphas.at(-1)!.epoch];
  if (first === last) return markup`<span>epoch ${first}</span>`;
  return markup`<span>${first}</span><span>epoch</span><span>${last}</span>`;
}

function panel(data: AlphaFigureData, cell: CellType, operation: OperationName, range: number): Markup {
  const { alphas, space, genotype } = data;
  const { tops, height } = rows(space);
  const chosen = (edge: number): boolean => {
    const { from, to } = space.edges[edge]!;
    return genotype[cell].slice(2 * (to - 2), 2 * (to - 1)).some(([name, predecessor]) =>
      name === operation && predecessor === from
    );
  };
  const offered = space.candidates[cell].map((names) => names.includes(operation));
  return markup`<div class="panel ${
    operationClass(operation)
  }"><p class="operation-name"><i class="swatch"></i>${operation}</p><div class="rows"><svg class="row-names" width="46" height="${height}">${
    space.edges.map((edge, i) =>
      markup`<text x="42" y="${tops[i]! + 10}" text-anchor="end"${!offered[i] && markup` class="absent"`}>${
        edgeName(edge)
      }</text>`
    )
  }</svg>${heat(alphas, space, cell, operation, range)}<svg class="marks" width="12" height="${height}">${
    space.edges.map((_, i) =>
      chosen(i) && markup`<circle cx="7" cy="${tops[i]! + rowHeight / 2 - 0.5}" r="3.5"/>`
    )
  }</svg></div><p class="epochs">${epochScale(alphas)}</p></div>`;
}

export type AlphaFigureData = Pick<ReportData, "alphas" | "genotype"> & { readonly space: Space };

/** The operations a cell chooses from, in canonical order. */
export const cellOperations = (space: Space, cell: CellType): OperationName[] =>
  operationNames.filter((name) => space.candidates[cell].some((names) => names.includes(name)));

/** In words: the heaviest operation of each edge in the last epoch. */
function describe({ alphas, space }: AlphaFigureData, cell: CellType): string {
  const last = alphas.at(-1)!;
  const share = format(".3f");
  const edges = space.edges.map((edge, i) => {
    const weights = softmax(last[cell][i]!);
    const best = weights.indexOf(Math.max(...weights));
    return `${edgeName(edge)}: ${space.candidates[cell][i]![best]} ${share(weights[best]!)}`;
  });
  return `Heaviest operation of each edge at epoch ${last.epoch}: ${edges.join("; ")}.`;
}

/** The panels of one cell as HTML. `range` is `liftRange` of the run, so that both cells share one ramp. */
export function alphasFigure(data: AlphaFigureData, cell: CellType, range: number): Markup {
  const operations = cellOperations(data.space, cell);
  const columns = operations.length > 4 ? 4 : operations.length;
  const id = `alphas-${cell}`;
  return markup`<div class="panels" style="--columns:${columns}" role="img" aria-labelledby="${id}-title ${id}-desc"><span id="${id}-title" class="sr">Mixing weights of the ${
    cell === "normal" ? "normal" : "reduction"
  } cell over the epochs</span><span id="${id}-desc" class="sr">${describe(data, cell)}</span>${
    operations.map((operation) => panel(data, cell, operation, range))
  }</div>`;
}

/** The ramp with the weights its colours stand for, or multiples of uniform where edges differ in candidates. */
export function alphasLegend(space: Space, range: number): Markup {
  const counts = new Set(
    [...space.candidates.normal, ...space.candidates.reduce].map((names) => names.length),
  );
  const uniform = counts.size === 1 ? 1 / [...counts][0]! : 1;
  const label = (step: number): string =>
    format(".3~g")(uniform * 2 ** ((step / heatSteps) * range)) + (counts.size === 1 ? "" : " ×");
  return markup`<div class="ramp"><span>lighter</span><div><svg viewBox="0 0 ${steps.length} 1" preserveAspectRatio="none" aria-hidden="true">${
    steps.map((step, i) => markup`<path class="${heatName(step)}" d="M${i} 0h1.02v1h-1.02z"/>`)
  }</svg><p>${
    [-heatSteps, 0, heatSteps].map((step) => markup`<span>${label(step)}</span>`)
  }</p></div><span>heavier</span></div>`;
}
