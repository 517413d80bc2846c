/** The overlaid trajectories of a comparison: one line a group, in a page or as a file of its own. */
import {
  type Comparison,
  type GroupSummary,
  summarise,
  type Summary,
  trajectory,
} from "./comparison_data.ts";
import { range } from "./d3.ts";
import { figureFile } from "./figure_file.ts";
import { measure, percent } from "./format.ts";
import { type LegendEntry, lineCss } from "./legend.ts";
import { lineChart, type Series } from "./line_chart.ts";
import type { Markup } from "./markup.ts";
import { measureTitles } from "./measure_titles.ts";
import { type Palette, roles } from "./theme.ts";

/** Lines that stay apart without colour too: each hue has a dash of its own, and its name or number at its end. */
const hues = [
  { light: "#0068a8", dark: "#5dbae9" },
  { light: "#b84700", dark: "#ff9447" },
  { light: "#7a3fc4", dark: "#c6a8ff" },
  { light: "#0a6e45", dark: "#4fc690" },
  { light: "#ad2a6f", dark: "#f58cc2" },
  { light: "#6f5c00", dark: "#dcc14a" },
  { light: "#4f5968", dark: "#b3bdc9" },
  { light: "#9a2121", dark: "#ff8d85" },
] as const;
const dashes = ["none", "7 4", "2 3", "9 3 2 3", "14 4", "4 2"] as const;

export const seriesColours: Palette = Object.fromEntries(hues.map((hue, i) => [`series-${i}`, hue]));

/** Every pair of hue and dash before one comes again. */
const styles = hues.length * dashes.length;
/** The class of a line by its place. */
export const seriesStyle = (index: number): string => `series-${index % styles}`;

/** The rules of the trajectories. The more bands lie on each other, the fainter. */
export const trajectoryCss = (groups: number): string =>
  range(Math.min(groups, styles)).map((i) => {
    const hue = i % hues.length;
    const dash = dashes[(hue + Math.floor(i / hues.length)) % dashes.length]!;
    return lineCss(`series-${i}`, `var(--series-${hue})`, dash);
  }).join("") + `.series .band{fill-opacity:${Math.min(0.13, 0.45 / groups).toFixed(3)}}\n`;

interface Signal {
  readonly key: keyof typeof measureTitles;
  readonly format: (value: number) => string;
  readonly axis?: "%";
  readonly unit?: string;
  /** As of `lineChart`. */
  readonly logarithmic?: true;
}

const signals: readonly Signal[] = [
  { key: "valid_accuracy", format: percent, axis: "%" },
  { key: "benchmark_accuracy", format: measure, unit: ", %" },
  { key: "eigenvalue", format: measure, logarithmic: true },
  { key: "alpha_entropy", format: measure },
  { key: "skip_count", format: measure },
];

/** How to read the lines. */
export const bandWords =
  "A line is the mean over the seeds, its band reaches from the smallest to the largest of them.";

export interface Trajectories {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly axis?: "%";
  readonly logarithmic?: true;
  /** Those of the groups that logged it, by their place among all. */
  readonly lines: readonly { group: GroupSummary; index: number; points: ReturnType<typeof trajectory> }[];
}

/** The measures that some run logged, each over the epochs. */
export const trajectories = (summary: Summary): Trajectories[] =>
  signals.map(({ unit = "", ...signal }) => ({
    ...signal,
    title: measureTitles[signal.key] + unit,
    lines: summary.groups.map((group, index) => ({ group, index, points: trajectory(group, signal.key) }))
      .filter(({ points }) => points.length > 0),
  })).filter(({ lines }) => lines.length > 0);

/** A name of this length has room at the end of its line. */
const longestLabel = 10;

/** What stands at the ends of the lines: names, or numbers where a name is too long. */
const numbered = ({ groups }: Summary): boolean => groups.some(({ short }) => short.length > longestLabel);
const labelOf = (summary: Summary, index: number): string =>
  numbered(summary) ? String(index + 1) : summary.groups[index]!.short;

/** One chart. `size` as of `lineChart`. */
export function trajectoryChart(
  summary: Summary,
  { lines, ...signal }: Trajectories,
  size: { id: string; width: number; height: number; charWidth: number },
): Markup {
  const series = lines.map(({ group, index, points }): Series => ({
    name: group.name,
    style: seriesStyle(index),
    points: points.map(({ epoch, mean }) => [epoch, mean]),
    ...points.some(({ low, high }) => low < high) && { band: points.map(({ low, high }) => [low, high]) },
    label: labelOf(summary, index),
  }));
  return lineChart({ ...signal, ...size, series });
}

/** The legend, numbers first where the lines bear numbers. */
export function trajectoryLegend(summary: Summary): LegendEntry[] {
  const drawn = new Set(trajectories(summary).flatMap(({ lines }) => lines.map(({ index }) => index)));
  return summary.groups.map(({ name }, i) => ({
    style: seriesStyle(i),
    name: numbered(summary) ? `${i + 1} ${name}` : name,
  })).filter((_, i) => drawn.has(i));
}

/** A style sheet with every variable as its light colour: not every viewer of SVG knows variables. */
const plain = (sheet: string, palette: Palette): string =>
  sheet.replaceAll(/var\(--([\w-]+)\)/g, (_, name) => palette[name]!.light);

/** The trajectories as a drawing of its own, on white. */
export function trajectoriesSvg(comparison: Comparison): string {
  const summary = summarise(comparison);
  const size = { width: 430, height: 270 };
  return figureFile({
    id: "trajectories",
    title: comparisonTitle(comparison),
    description: bandWords,
    legend: trajectoryLegend(summary),
    charts: trajectories(summary).map((one, i) => ({
      title: one.title,
      content: trajectoryChart(summary, one, { id: `trajectory-${i}`, charWidth: 8.6, ...size }),
    })),
    size,
    css: trajectoryCss(summary.groups.length),
    change: (css) => plain(css, { ...roles, ...seriesColours }),
  });
}

/** What is compared where. */
export function comparisonTitle({ groups, setting }: Comparison): string {
  const names = (key: "method" | "space") => [...new Set(groups.map((group) => group[key]))].join(", ");
  return `${names("method")} on ${names("space")}${setting === undefined ? "" : ` by ${setting}`}`;
}
