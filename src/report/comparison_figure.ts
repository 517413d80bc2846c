/** The overlaid trajectories of a comparison: one line a group, in a page or as a file of its own. */
import css from "./comparison_figure.css" with { type: "text" };
import {
  type Comparison,
  type GroupSummary,
  summarise,
  type Summary,
  trajectory,
} from "./comparison_data.ts";
import { range } from "./d3.ts";
import { measure, percent } from "./format.ts";
import { lineChart, type Series } from "./line_chart.ts";
import { type Markup, markup, raw } from "./markup.ts";
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
const style = (index: number): string => `series-${index % styles}`;

/** The rules of the trajectories; colours are the theme's variables. The more bands lie on each other, the fainter. */
export const trajectoryCss = (groups: number): string =>
  `${css}.trajectories .band{fill-opacity:${Math.min(0.13, 0.45 / groups).toFixed(3)}}\n` +
  range(Math.min(groups, styles)).map((i) => {
    const colour = `var(--series-${i % hues.length})`;
    const dash = dashes[(i % hues.length + Math.floor(i / hues.length)) % dashes.length]!;
    return `.series-${i} path,.swatch.series-${i}{stroke:${colour};stroke-dasharray:${dash}}\n` +
      `.series-${i} .band,.series-${i} circle,.series-${i} .end{fill:${colour}}\n`;
  }).join("");

const signals = [
  { key: "valid_accuracy", title: "Validation accuracy of the supernet", format: percent, axis: "%" },
  { key: "benchmark_accuracy", title: "Benchmark accuracy of the epoch's cell, %", format: measure },
  { key: "eigenvalue", title: "Dominant eigenvalue", format: measure },
  { key: "alpha_entropy", title: "Alpha entropy", format: measure },
  { key: "skip_count", title: "Skip connections", format: measure },
] as const;

/** How to read the lines. */
export const bandWords =
  "A line is the mean over the seeds, its band reaches from the smallest to the largest of them.";

export interface Trajectories {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly axis?: "%";
  /** Those of the groups that logged it, by their place among all. */
  readonly lines: readonly { group: GroupSummary; index: number; points: ReturnType<typeof trajectory> }[];
}

/** The measures that some run logged, each over the epochs. */
export const trajectories = (summary: Summary): Trajectories[] =>
  signals.map((signal) => ({
    ...signal,
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
    style: style(index),
    points: points.map(({ epoch, mean }) => [epoch, mean]),
    ...points.some(({ low, high }) => low < high) && { band: points.map(({ low, high }) => [low, high]) },
    label: labelOf(summary, index),
  }));
  return lineChart({ ...signal, ...size, series });
}

const swatchWidth = 34;
const swatch = (index: number, x = 0): Markup =>
  markup`<path class="swatch ${style(index)}" d="M${x} 6H${x + swatchWidth}"/>`;

/** The words of the legend, numbers first where the lines bear numbers. */
const legendWords = (summary: Summary, index: number): string =>
  `${numbered(summary) ? `${index + 1} ` : ""}${summary.groups[index]!.name}`;

/** The legend as a list of the page. */
export const trajectoryKey = (summary: Summary): Markup =>
  markup`<ul class="key trajectories">${
    summary.groups.map((_, i) =>
      markup`<li><svg width="${swatchWidth}" height="12" aria-hidden="true">${swatch(i)}</svg>${
        legendWords(summary, i)
      }</li>`
    )
  }</ul>`;

const panel = { width: 430, height: 270, gap: 20, heading: 24 } as const;
const columns = 2;
const width = columns * panel.width + (columns + 1) * panel.gap;
const legendLine = 22;
const letter = 7.4;

/** The legend of the file, in as many lines as it needs. */
function legend(summary: Summary): { height: number; group: Markup } {
  let [x, line] = [0, 0];
  const entries = summary.groups.map((_, i) => {
    const words = legendWords(summary, i);
    const size = swatchWidth + 8 + letter * words.length + 22;
    if (x > 0 && x + size > width - 2 * panel.gap) [x, line] = [0, line + 1];
    const left = x;
    x += size;
    return markup`<g transform="translate(${left.toFixed(1)} ${line * legendLine})">${
      swatch(i)
    }<text class="name" x="${swatchWidth + 8}" y="10">${words}</text></g>`;
  });
  return { height: (line + 1) * legendLine, group: markup`<g>${entries}</g>` };
}

/** A style sheet with every variable as its light colour: not every viewer of SVG knows variables. */
const plain = (sheet: string, palette: Palette): string =>
  sheet.replaceAll(/var\(--([\w-]+)\)/g, (_, name) => palette[name]!.light);

/** The trajectories as a drawing of its own, on white. */
export function trajectoriesSvg(comparison: Comparison): string {
  const summary = summarise(comparison);
  const panels = trajectories(summary);
  const key = legend(summary);
  const top = 40 + key.height;
  const rows = Math.ceil(panels.length / columns);
  const height = top + rows * (panel.heading + panel.height + panel.gap);
  const sheet = plain(trajectoryCss(summary.groups.length), { ...roles, ...seriesColours });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="trajectories" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="trajectories-title trajectories-desc" font-family="sans-serif" font-size="13"><title id="trajectories-title">${
    comparisonTitle(comparison)
  }</title><desc id="trajectories-desc">${bandWords}</desc><style>${
    raw(sheet)
  }</style><rect width="${width}" height="${height}" fill="#ffffff"/><text class="name" x="${panel.gap}" y="26" font-size="15" font-weight="600">${
    comparisonTitle(comparison)
  }</text><g transform="translate(${panel.gap} 40)">${key.group}</g>${
    panels.map((one, i) => {
      const x = panel.gap + (i % columns) * (panel.width + panel.gap);
      const y = top + Math.floor(i / columns) * (panel.heading + panel.height + panel.gap);
      const size = { id: `trajectory-${i}`, width: panel.width, height: panel.height, charWidth: 8.6 };
      return markup`<text class="name" x="${x}" y="${
        y + 16
      }" font-weight="600">${one.title}</text><svg x="${x}" y="${
        y + panel.heading
      }" width="${panel.width}" height="${panel.height}" overflow="visible">${
        trajectoryChart(summary, one, size)
      }</svg>`;
    })
  }</svg>
`.text;
}

/** What is compared where. */
export function comparisonTitle({ groups, setting }: Comparison): string {
  const names = (key: "method" | "space") => [...new Set(groups.map((group) => group[key]))].join(", ");
  return `${names("method")} on ${names("space")}${setting === undefined ? "" : ` by ${setting}`}`;
}
