/** Loss or accuracy over the distance from the alphas: eigenvectors as lines, random directions as mean and band. */
import { measure as short, percent, signed } from "./format.ts";
import { band, type Landscape } from "./landscape_data.ts";
import { lineChart, type Series } from "./line_chart.ts";
import type { Markup } from "./markup.ts";

/** What is drawn of a landscape. */
export const landscapeMeasures = [
  { measure: "loss", title: "Loss", format: short, axis: ",f" },
  { measure: "accuracy", title: "Accuracy", format: percent, axis: "%" },
] as const;

export type LandscapeMeasure = typeof landscapeMeasures[number];

/** A chart or a map under its title, of this size. */
export const landscapeSize = { width: 380, height: 254 } as const;

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
