/** The loss landscape around the alphas: curves and map of loss and accuracy, in a page or as a file of its own. */
import { measure as short, percent } from "./format.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import css from "./landscape.css" with { type: "text" };
import { landscapeCurves, landscapeLines } from "./landscape_curves.ts";
import type { Landscape } from "./landscape_data.ts";
import { landscapeMap } from "./landscape_map.ts";
import { panelSize } from "./landscape_panel.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { roles, themeCss } from "./theme.ts";

const measures = [
  { measure: "loss", title: "Loss", format: short },
  { measure: "accuracy", title: "Accuracy", format: percent },
] as const;

/** The style of the panels; colours are the theme's variables. */
export const landscapeCss = (): string => css + heatCss();

/** Both charts. */
export const curvePanels = (data: Landscape): Markup[] => measures.map((one) => landscapeCurves(data, one));

/** Both maps; none where there is no map. */
export const mapPanels = (data: Landscape): Markup[] => {
  const { map } = data;
  if (map === null) return [];
  return measures.map((one) => landscapeMap(data, map, { ...one, title: `${one.title} on a plane` }));
};

const margin = 16;
const heading = 76;

/** All panels, two a row, as the text of an SVG file. */
export function landscapeSvg(data: Landscape): string {
  const panels = [...curvePanels(data), ...mapPanels(data)];
  const width = 2 * panelSize.width + 3 * margin;
  const height = heading + (panels.length / 2) * (panelSize.height + margin);
  const place = (i: number): string =>
    `translate(${margin + (i % 2) * (panelSize.width + margin)} ${
      heading + Math.floor(i / 2) * (panelSize.height + margin)
    })`;
  let x = margin + 14;
  const key = landscapeLines(data, "loss").map(({ name, kind }) => {
    const at = x;
    x += 50 + 7 * name.length;
    return markup`<g class="${kind}"><path class="curve" d="M${at} 56h26"/><text class="name" x="${
      at + 33
    }" y="60.5">${name}</text></g>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="landscape" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif"><style>${
    raw(themeCss({ ...roles, ...heatColours }) + landscapeCss())
  }</style><rect class="backdrop" x="0.5" y="0.5" width="${width - 1}" height="${
    height - 1
  }" rx="8"/><text class="name" x="${margin + 14}" y="34" font-weight="600">${data.title}</text>${key}${
    panels.map((one, i) => markup`<g transform="${place(i)}">${one}</g>`)
  }</svg>
`.text;
}
