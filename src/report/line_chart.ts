/**
 * A small line chart as SVG: level grid lines, epochs below, the last value of each line or a label at its end. It
 * scales with its box; the page's style keeps its text legible (`.chart` in report.css).
 */
import { extent, line, range, scaleLinear } from "./d3.ts";
import { type Markup, markup } from "./markup.ts";

export interface Series {
  readonly name: string;
  /** A class of the style sheet that gives it its colour and dash. */
  readonly style: string;
  readonly points: readonly (readonly [epoch: number, value: number])[];
  /** The range around the points, one entry each. */
  readonly band?: readonly (readonly [low: number, high: number])[];
  /** At the line's end, instead of its last value. */
  readonly label?: string;
}

export interface LineChart {
  /** Unique in the page; the text alternative hangs on it. */
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** d3-format's type for the axis: plain numbers, or percent. */
  readonly axis?: ",f" | "%";
  readonly width: number;
  readonly height: number;
  /** Room for a character, at the largest size that the page's style gives the chart's text. */
  readonly charWidth: number;
}

/** Beyond this many points a line speaks for itself; up to it each has a dot that tells its value. */
const mostDots = 24;
const lineHeight = 17;

/** Heights of the labels at the line ends, moved apart where they would overlap. */
function separate(heights: readonly number[], bottom: number): number[] {
  const order = range(heights.length).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  order.forEach((index, i) => {
    const above = order[i - 1];
    if (above !== undefined) placed[index] = Math.max(placed[index]!, placed[above]! + lineHeight);
  });
  const excess = Math.max(0, Math.max(...placed) - bottom);
  return placed.map((height) => height - excess);
}

/** The values' range with some room; a constant gets a range of its own. */
function valueRange(values: readonly number[]): [number, number] {
  const [low, high] = extent(values) as [number, number];
  const room = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.05;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** One sentence a line: where it starts and where it ends. */
function describe({ title, series, format }: LineChart): string {
  return series.map(({ name, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    const start = `${title}, ${name}: ${format(first[1])} at epoch ${first[0]}`;
    return points.length === 1 ? `${start}.` : `${start}, ${format(last[1])} at epoch ${last[0]}.`;
  }).join(" ");
}

/** The chart. Every series has at least one point, and all values are finite. */
export function lineChart(chart: LineChart): Markup {
  const { id, title, series, format, axis = ",f", width, height, charWidth } = chart;
  const points = series.flatMap((one) => one.points);
  const [first, last] = extent(points, ([epoch]) => epoch) as [number, number];
  const [top, bottom] = [10, height - 26];
  const values = [...points.map(([, value]) => value), ...series.flatMap(({ band = [] }) => band.flat())];
  const y = scaleLinear(valueRange(values), [bottom, top]).nice(4);
  const counts = points.every(([, value]) => Number.isInteger(value));
  const tickText = y.tickFormat(4, axis);
  const ticks = y.ticks(4).filter((tick) => !counts || Number.isInteger(tick))
    .map((value) => ({ value, text: tickText(value) }));
  const ends = series.map((one) => one.label ?? format(one.points.at(-1)![1]));
  const endHeights = separate(series.map((one) => y(one.points.at(-1)![1])), bottom);
  const left = 10 + charWidth * Math.max(...ticks.map(({ text }) => text.length));
  const right = width - 10 - charWidth * Math.max("epoch".length, ...ends.map((text) => text.length));
  const x = scaleLinear([first, first === last ? first + 1 : last], [left, right]);
  const epochs = first === last ? [first] : x.ticks(Math.min(5, last - first)).filter(Number.isInteger);
  const draw = line<readonly [number, number]>().x(([epoch]) => x(epoch)).y(([, value]) => y(value)).digits(
    1,
  );
  const bandPath = (points: Series["points"], band: NonNullable<Series["band"]>): string =>
    `${draw(points.map(([epoch], i) => [epoch, band[i]![1]]))}L${
      points.map(([epoch], i) => `${x(epoch).toFixed(1)},${y(band[i]![0]).toFixed(1)}`).reverse().join("L")
    }Z`;

  return markup`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${
    describe(chart)
  }</desc>${
    ticks.map(({ value, text }) =>
      markup`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/><text class="tick" x="${
        left - 8
      }" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${text}</text>`
    )
  }${
    epochs.map((epoch) =>
      markup`<text class="tick" x="${x(epoch).toFixed(1)}" y="${
        height - 6
      }" text-anchor="middle">${epoch}</text>`
    )
  }<text class="tick" x="${right + 12}" y="${height - 6}">epoch</text>${
    series.map(({ style, points, band }) =>
      band && markup`<g class="series ${style}"><path class="band" d="${bandPath(points, band)}"/></g>`
    )
  }${
    series.map((one, i) =>
      markup`<g class="series ${one.style}"><path d="${draw(one.points)!}"/>${
        one.points.length <= mostDots && one.points.map(([epoch, value]) =>
          markup`<circle cx="${x(epoch).toFixed(1)}" cy="${
            y(value).toFixed(1)
          }" r="2"><title>${one.name}, epoch ${epoch}: ${format(value)}</title></circle>`
        )
      }<text class="end" x="${(x(one.points.at(-1)![0]) + 8).toFixed(1)}" y="${
        (endHeights[i]! + 4).toFixed(1)
      }">${ends[i]!}</text></g>`
    )
  }</svg>`;
}
