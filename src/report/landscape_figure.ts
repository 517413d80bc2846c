/**
 * The loss landscape around the alphas: charts over the distance from them, eigenvectors as lines, random directions as
 * mean and band; and a file of its own with the maps beside.
 */
import { figureFile } from "./figure_file.ts";
import { signed } from "./format.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import css from "./landscape.css" with { type: "text" };
import { band, type Landscape } from "./landscape_data.ts";
import { landscapeMaps, landscapeMeasures, landscapeSize } from "./landscape_map.ts";
import { pageLinesCss } from "./legend.ts";
import { lineChart, type Series } from "./line_chart.ts";
import type { Markup } from "./markup.ts";
import { roles, themeCss } from "./theme.ts";

/** The lines of one measure: every eigenvector's own, and the mean of the random ones. */
export function landscapeLines({ radii, curves }: Landscape, measure: "loss" | "accuracy"): Series[] {
  const points = (values: readonly number[]) => radii.map((radius, i) => [radius, values[i]!] as const);
  const eigenvectors = curves.filter(({ kind }) => kind === "eigenvector")
    .map((curve): Series => ({ name: curve.name, style: "valid", points: points(curve[measure]) }));
  const random = curves.filter(({ kind }) => kind === "random");
  const { mean, low, high } = band(random.map((curve) => curve[measure]));
  const name = random.length === 1 ? "random direction" : `mean of ${random.length} random directions`;
  const range = low.map((value, i) => [value, high[i]!] as const);
  return [...eigenvectors, { name, style: "train", points: points(mean), band: range }];
}

/** The chart of each measure. */
export const landscapeCharts = (data: Landscape): { title: string; content: Markup }[] =>
  landscapeMeasures.map(({ measure, title, format, axis }) => ({
    title,
    content: lineChart({
      id: `landscape-${measure}`,
      title,
      series: landscapeLines(data, measure),
      over: { name: "distance", format: signed, mark: 0 },
      format,
      axis,
      charWidth: 8.6,
      ...landscapeSize,
    }),
  }));

/** The style of the maps; colours are the theme's variables. */
export const landscapeCss = (): string => css + heatCss();

/** The curves, and the maps where there are any, as a figure of its own: SVG text. */
export const landscapeSvg = (data: Landscape): string =>
  figureFile({
    id: "landscape",
    title: data.title,
    description: "Loss and accuracy of the supernet around the alphas.",
    legend: landscapeLines(data, "loss"),
    charts: [...landscapeCharts(data), ...landscapeMaps(data)],
    size: landscapeSize,
    css: themeCss({ ...roles, ...heatColours }) + pageLinesCss + landscapeCss(),
  });
