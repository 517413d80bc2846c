/**
 * A cell drawn as the papers draw it: inputs c_{k-2} and c_{k-1} on the left, nodes from 0, the output c_{k} on
 * the right, and each edge named and coloured by its operation.
 */
import type { CellDiagram } from "../network/diagram.ts";
import { type OperationName, operationNames } from "../nn/operation_names.ts";
import css from "./cell_figure.css" with { type: "text" };
import { cellGraph, operationsOf, textWidth } from "./cell_graph.ts";
import { type Box, type CellLayout, layoutCell, type Wire } from "./cell_layout.ts";
import { describeCell } from "./cell_text.ts";
import { curveBumpX, line } from "./d3.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { operationClass, operationColours, operationCss } from "./palette.ts";
import { roles, themeCss } from "./theme.ts";

/** The rules of `cellFigure`, without the theme's variables. */
export const cellCss = (): string => `${css}${operationCss()}\n`;

const arrowLength = 8;
const curve = line<readonly [number, number]>()
  .x(([x]) => x).y(([, y]) => y).curve(curveBumpX).digits(1);

function wirePath({ points }: Wire, arrow: boolean): string {
  const shortened = points.map(([x, y], i) =>
    [arrow && i === points.length - 1 ? x - arrowLength + 1 : x, y] as const
  );
  return curve(shortened.filter(([x, y], i) => x !== shortened[i - 1]?.[0] || y !== shortened[i - 1]?.[1]))!;
}

function arrowHead({ points }: Wire, colour: string): Markup {
  const [x, y] = points.at(-1)!;
  const back = x - arrowLength;
  const path = `M${back.toFixed(1)} ${(y - 4).toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}` +
    `L${back.toFixed(1)} ${(y + 4).toFixed(1)}Z`;
  return markup`<path class="arrow" d="${path}" fill="${colour}"/>`;
}

const wireMarkup = (d: string, colour: string): Markup =>
  markup`<path class="wire" d="${d}" fill="none" stroke="${colour}" stroke-width="2"/>`;

const rectangle = (box: Box, type: string, attributes: Markup): Markup =>
  markup`<rect class="${type}" x="${box.x - box.width / 2}" y="${
    box.y - box.height / 2
  }" width="${box.width}" height="${box.height}" rx="${
    box.kind === "operation" ? box.height / 2 : 9
  }" ${attributes}/>`;

/** An operation's box; that of an edge with the link into it and the arrow on to the node. */
function operationMarkup(box: Box, [into, onward]: readonly Wire[], operation: OperationName): Markup {
  const colour = operationColours[operation].light;
  const fill = markup`fill="${colour}" fill-opacity="0.13" stroke="${colour}"`;
  const links = into && onward &&
    markup`${wireMarkup(wirePath(into, false) + wirePath(onward, true), colour)}${arrowHead(onward, colour)}`;
  return markup`<g class="${links ? "edge" : "vertex"} ${
    operationClass(operation)
  }" data-edge="${box.index}">${links}${
    rectangle(box, "operation", fill)
  }<text class="label" x="${box.x}" y="${
    box.y + 4
  }" text-anchor="middle" font-size="12">${box.text}</text></g>`;
}

/** "c_{k-2}" with its subscript lowered, or a node's number. */
function stateMarkup(box: Box): Markup {
  const [, letter, subscript] = /^(.+)_\{(.+)\}$/.exec(box.text) ?? [];
  const kind = box.kind as "input" | "node" | "output";
  const name = letter
    ? markup`<tspan font-style="italic">${letter}</tspan><tspan class="subscript" dy="4" font-size="10">${
      subscript!.replace("-", "−")
    }</tspan>`
    : box.text;
  const fill = markup`fill="${roles[kind].light}" stroke="${roles.wire.light}"`;
  return markup`<g>${rectangle(box, `state ${kind}`, fill)}<text class="name" x="${box.x}" y="${
    box.y + 5
  }" text-anchor="middle" font-size="15">${name}</text></g>`;
}

const legendRow = 20;

/** Which operations the cell uses and how often, in as many rows as `width` needs. */
function legendMarkup(operations: readonly OperationName[], width: number): { rows: number; group: Markup } {
  let [x, row] = [0, 0];
  const entries = operationNames.filter((name) => operations.includes(name)).map((name) => {
    const text = `${operations.filter((other) => other === name).length} × ${name}`;
    const size = 20 + textWidth(text) + 10;
    if (x > 0 && x + size > width) [x, row] = [0, row + 1];
    const [left, y] = [x, row * legendRow];
    x += size;
    const colour = operationColours[name].light;
    return markup`<g class="${
      operationClass(name)
    }"><rect class="swatch" x="${left}" y="${y}" width="12" height="12" rx="3" fill="${colour}"/><text x="${
      left + 18
    }" y="${y + 10}">${text}</text></g>`;
  });
  return { rows: row + 1, group: markup`<g class="legend" font-size="12">${entries}</g>` };
}

function drawing(layout: CellLayout, operations: readonly OperationName[]): Markup {
  const boxes = layout.boxes.filter((box) => box.kind === "operation").sort((a, b) => a.index - b.index);
  const concat = layout.wires.filter((wire) => !wire.edge);
  return markup`<g>${
    concat.map((wire) =>
      markup`<g class="concat">${wireMarkup(wirePath(wire, true), roles.wire.light)}${
        arrowHead(wire, roles.wire.light)
      }</g>`
    )
  }${
    boxes.map((box) =>
      operationMarkup(
        box,
        layout.wires.filter((wire) => wire.edge?.index === box.index),
        operations[box.index]!,
      )
    )
  }${layout.boxes.filter((box) => box.kind !== "operation").map(stateMarkup)}</g>`;
}

/** The cells of a genotype, each with the name of the file that it is drawn in. */
export const cellFiles = (
  cells: readonly CellDiagram[],
): { readonly cell: CellDiagram; readonly file: string }[] =>
  cells.map((cell) => ({ cell, file: cells.length === 1 ? "cell.svg" : `cell-${cell.name}.svg` }));

/** Where a drawing of a cell goes. */
export interface CellFigureOptions {
  /** A file of its own: with its own style, heading and background. Otherwise the page brings `cellCss`. */
  readonly standalone?: boolean;
  /** Whether a file of its own has a style sheet; without one, for what knows no CSS, its colours are the light ones. */
  readonly styled?: boolean;
}

/** One cell of a genotype as SVG, `<title>` and `<desc>` saying in words what it shows. */
export function cellFigure(
  cell: CellDiagram,
  { standalone = false, styled = true }: CellFigureOptions = {},
): string {
  const { name, title } = cell;
  const layout = layoutCell(cellGraph(cell));
  const operations = operationsOf(cell);
  const legend = legendMarkup(operations, layout.width - 20);
  const top = standalone ? 36 : 0;
  const bottom = top + layout.height + 10;
  const [width, height] = [Math.ceil(layout.width), Math.ceil(bottom + legend.rows * legendRow)];
  const size = markup`viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="cell" ${size} role="img" aria-labelledby="cell-${name}-title cell-${name}-desc" font-family="sans-serif"><title id="cell-${name}-title">${title}</title><desc id="cell-${name}-desc">${
    describeCell(cell)
  }</desc>${
    standalone && styled &&
    markup`<style>${raw(themeCss({ ...roles, ...operationColours }) + cellCss())}</style>`
  }${
    standalone &&
    markup`<rect class="backdrop" width="${width}" height="${height}" fill="${roles.surface.light}"/><text class="heading" x="10" y="26" font-size="15" font-weight="600">${title}</text>`
  }<g transform="translate(0 ${top})">${
    drawing(layout, operations)
  }</g><g transform="translate(10 ${bottom})">${legend.group}</g></svg>`
    .text;
}
