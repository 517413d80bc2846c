/**
 * A small line chart as SVG: level grid lines, a scale below, the last value of each line or a label at its end. It
 * scales with its box; the page's style keeps its text legible (`.chart` in report.css).
 */
import { extent, line, range, scaleLinear, scaleLog } from "./d3.ts";
import { type LegendEntry, legendList } from "./legend.ts";
import { type Markup, markup } from "./markup.ts";

export interface Series {
  readonly name: string;
  /** A class of the style sheet that gives it its colour and dash. */
  readonly style: string;
  readonly points: readonly (readonly [x: number, value: number])[];
  /** The range around the points, one entry each. */
  readonly band?: readonly (readonly [low: number, high: number])[];
  /** At the line's end, instead of its last value. */
  readonly label?: string;
}

/** What a chart is drawn over. */
export interface Scale {
  /** Right of the scale, and in words: "3 at epoch 7". */
  readonly name: string;
  readonly format: (x: number) => string;
  /** Whether only whole numbers have a mark. */
  readonly whole?: boolean;
  /** Where an upright line stands. */
  readonly mark?: number;
  /** From where to where; the points' own range when left out. */
  readonly range?: readonly [first: number, last: number];
}

const epochs: Scale = { name: "epoch", format: String, whole: true };

export interface LineChart {
  /** Unique in the page; the text alternative hangs on it. */
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The values that the axis has to reach, beside those of the points: what charts side by side have in common. */
  readonly reach?: readonly number[];
  /** Epochs when left out. */
  readonly over?: Scale;
  /** Whether the axis goes by the logarithm of the values, where all are above zero. */
  readonly logarithmic?: boolean;
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

/** A level of the axis, with its number. */
interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Where a value lies, and the levels with a number. */
interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** An even axis; `counts` where all values are whole numbers, of which alone there are marks. */
function evenAxis(
  values: readonly number[],
  heights: [number, number],
  { type, counts }: { readonly type: string; readonly counts: boolean },
): Axis {
  const place = scaleLinear(valueRange(values), heights).nice(4);
  const text = place.tickFormat(4, type);
  const ticks = place.ticks(4).filter((tick) => !counts || Number.isInteger(tick));
  return { place, ticks: ticks.map((value) => ({ value, text: text(value) })) };
}

/** An axis by the logarithm: the powers of ten, or where there are few of them 1, 2 and 5 times these. */
function logarithmicAxis(values: readonly number[], heights: [number, number]): Axis {
  const [low, high] = extent(values) as [number, number];
  const [from, to] = [low / 1.1, high * 1.1];
  const digits = Math.log10(to / from) > 2 ? [1] : [1, 2, 5];
  const powers = range(Math.floor(Math.log10(from)), Math.log10(to) + 1);
  const ticks = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((value) => value >= from && value <= to);
  return {
    place: scaleLog([from, to], heights),
    ticks: ticks.map((value) => ({ value, text: String(value) })),
  };
}

/** One sentence a line: where it starts, where the mark is, and where it ends. */
function describe({ title, series, format, over = epochs }: LineChart): string {
  return series.map(({ name, points }) => {
    const told = points.filter(([x], i) => i === 0 || x === over.mark || i === points.length - 1);
    const words = told.map(([x, value]) => `${format(value)} at ${over.name} ${over.format(x)}`);
    return `${title}, ${name}: ${words.join(", ")}.`;
  }).join(" ");
}

/** The chart. Every series has at least one point, and all values are finite. */
export function lineChart(chart: LineChart): Markup {
  const { id, title, series, format, over = epochs, axis = ",f", width, height, charWidth } = chart;
  const points = series.flatMap((one) => one.points);
  const [first, last] = over.range ?? extent(points, ([x]) => x) as [number, number];
  const [top, bottom] = [10, height - 26];
  const bands = series.flatMap(({ band = [] }) => band.flat());
  const values = [...points.map(([, value]) => value), ...bands, ...chart.reach ?? []];
  const { place: y, ticks } = chart.logarithmic && values.every((value) => value > 0)
    ? logarithmicAxis(values, [bottom, top])
    : evenAxis(values, [bottom, top], {
      type: axis,
      counts: points.every(([, value]) => Number.isInteger(value)),
    });
  const ends = series.map((one) => one.label ?? format(one.points.at(-1)![1]));
  const endHeights = separate(series.map((one) => y(one.points.at(-1)![1])), bottom);
  const left = 10 + charWidth * Math.max(1, ...ticks.map(({ text }) => text.length));
  const right = width - 10 - charWidth * Math.max(over.name.length, ...ends.map((text) => text.length));
  const x = scaleLinear([first, first === last ? first + 1 : last], [left, right]);
  const marks = first === last
    ? [first]
    : over.whole
    ? x.ticks(Math.min(5, last - first)).filter(Number.isInteger)
    : x.ticks(5);
  const draw = line<readonly [number, number]>().x((point) => x(point[0])).y((point) => y(point[1])).digits(
    1,
  );
  const bandPath = (points: Series["points"], band: NonNullable<Series["band"]>): string =>
    `${draw(points.map(([x], i) => [x, band[i]![1]]))}L${
      points.map((point, i) => `${x(point[0]).toFixed(1)},${y(band[i]![0]).toFixed(1)}`).reverse().join("L")
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
    marks.map((mark) =>
      markup`<text class="tick" x="${x(mark).toFixed(1)}" y="${height - 6}" text-anchor="middle">${
        over.format(mark)
      }</text>`
    )
  }<text class="tick" x="${right + 12}" y="${height - 6}">${over.name}</text>${
    over.mark !== undefined && markup`<path class="mark" d="M${x(over.mark).toFixed(1)} ${top}V${bottom}"/>`
  }${
    series.map(({ style, points, band }) =>
      band && markup`<g class="series ${style}"><path class="band" d="${bandPath(points, band)}"/></g>`
    )
  }${
    series.map((one, i) =>
      markup`<g class="series ${one.style}"><path d="${draw(one.points)!}"/>${
        one.points.length <= mostDots && one.points.map(([at, value]) =>
          markup`<circle cx="${x(at).toFixed(1)}" cy="${
            y(value).toFixed(1)
          }" r="2"><title>${one.name}, ${over.name} ${over.format(at)}: ${format(value)}</title></circle>`
        )
      }<text class="end" x="${(x(one.points.at(-1)![0]) + 8).toFixed(1)}" y="${
        (endHeights[i]! + 4).toFixed(1)
      }">${ends[i]!}</text></g>`
    )
  }</svg>`;
}

/** A chart in a page, under its heading and beside its legend. */
export const chartCard = (
  title: string,
  chart: Markup,
  { small = false, legend = [] }: { readonly small?: boolean; readonly legend?: readonly LegendEntry[] } = {},
): Markup =>
  markup`<div class="chart${small && " small"}"><div class="chart-head"><h3>${title}</h3>${
    legend.length > 0 && legendList(legend)
  }</div>${chart}</div>`;
