/** How the lines of charts look, and the legends that say so: a list in a page, or drawn in a file. */
import { type Markup, markup } from "./markup.ts";

export interface LegendEntry {
  /** The class of the line. */
  readonly style: string;
  readonly name: string;
}

/** The rules of a line and of its swatch. */
export const lineCss = (style: string, colour: string, dash = "none"): string =>
  `.${style} path,.swatch.${style}{stroke:${colour};stroke-dasharray:${dash}}\n` +
  `.${style} .band,.${style} circle,.${style} .end{fill:${colour}}\n`;

/** The lines of all pages. */
export const pageLinesCss = lineCss("train", "var(--train-line)", "6 4") +
  lineCss("valid", "var(--valid-line)") + lineCss("single", "var(--accent)");

const swatchWidth = 34;
const swatch = (style: string): Markup => markup`<path class="swatch ${style}" d="M0 6H${swatchWidth}"/>`;

/** The legend as a list of a page. */
export const legendList = (entries: readonly LegendEntry[]): Markup =>
  markup`<ul class="key">${
    entries.map(({ style, name }) =>
      markup`<li><svg width="${swatchWidth}" height="12" aria-hidden="true">${
        swatch(style)
      }</svg>${name}</li>`
    )
  }</ul>`;

const lineHeight = 22;
const letter = 7.4;

/** The legend as a drawing, in as many lines as it needs. */
export function drawnLegend(
  entries: readonly LegendEntry[],
  width: number,
): { readonly height: number; readonly drawing: Markup } {
  let [x, line] = [0, 0];
  const drawn = entries.map(({ style, name }) => {
    const size = swatchWidth + 8 + letter * name.length + 22;
    if (x > 0 && x + size > width) [x, line] = [0, line + 1];
    const left = x;
    x += size;
    return markup`<g transform="translate(${left.toFixed(1)} ${line * lineHeight})">${
      swatch(style)
    }<text class="name" x="${swatchWidth + 8}" y="10">${name}</text></g>`;
  });
  return { height: (line + 1) * lineHeight, drawing: markup`<g>${drawn}</g>` };
}
