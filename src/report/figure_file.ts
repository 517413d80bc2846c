/** A figure as a file of its own: a heading, a legend, and charts two a row. */
import { drawnLegend, type LegendEntry } from "./legend.ts";
import chartCss from "./line_chart.css" with { type: "text" };
import { type Markup, markup, raw } from "./markup.ts";

export interface FigureFile {
  /** Unique in the file; the text alternative hangs on it. */
  readonly id: string;
  readonly title: string;
  /** How to read it, one line. */
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  readonly charts: readonly { readonly title: string; readonly content: Markup }[];
  /** Of each chart. */
  readonly size: { readonly width: number; readonly height: number };
  /** The style sheet beside that of all charts; `change` is done to both. */
  readonly css: string;
  readonly change?: (css: string) => string;
}

const columns = 2;
const gap = 20;
const heading = 24;

const frameCss =
  ".backdrop{fill:var(--surface);stroke:var(--border)}.name{fill:var(--ink)}.muted{fill:var(--muted)}\n";

/** The figure as the text of an SVG file. */
export function figureFile(figure: FigureFile): string {
  const { id, title, description, legend, charts, size, css, change = (css) => css } = figure;
  const width = columns * size.width + (columns + 1) * gap;
  const { height: legendHeight, drawing } = drawnLegend(legend, width - 2 * gap);
  const top = 60 + legendHeight;
  const pitch = heading + size.height + gap;
  const height = top + Math.ceil(charts.length / columns) * pitch;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc" font-family="sans-serif" font-size="13"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc><style>${
    raw(change(frameCss + chartCss + css))
  }</style><rect class="backdrop" x="0.5" y="0.5" width="${width - 1}" height="${
    height - 1
  }" rx="8"/><text class="name" x="${gap}" y="26" font-size="15" font-weight="600">${title}</text><text class="muted" x="${gap}" y="46" font-size="12">${description}</text><g transform="translate(${gap} 60)">${drawing}</g>${
    charts.map((chart, i) => {
      const x = gap + (i % columns) * (size.width + gap);
      const y = top + Math.floor(i / columns) * pitch;
      return markup`<text class="name" x="${x}" y="${
        y + 16
      }" font-weight="600">${chart.title}</text><svg x="${x}" y="${
        y + heading
      }" width="${size.width}" height="${size.height}" overflow="visible">${chart.content}</svg>`;
    })
  }</svg>
`.text;
}
