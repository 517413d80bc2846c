/**
 * Ratios as bars, an SVG of its own: they begin at 1 on a logarithmic axis, so that twice as much and half as much
 * are equally long. A bar's target is a mark across it, and whether it is reached stands beside it in words.
 */
import css from "./bar_chart.css" with { type: "text" };
import { extent, scaleLog } from "../../src/report/d3.ts";
import { type Markup, markup, raw } from "../../src/report/markup.ts";
import { roles, themeCss } from "../../src/report/theme.ts";

export interface Bar {
  readonly name: string;
  /** Above 0. */
  readonly ratio: number;
  /** From the least to the largest that was measured: a thin line. */
  readonly range?: readonly [number, number];
  /** The ratio aimed at, as a minimum. */
  readonly target?: number;
}

export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  readonly title: string;
  /** One line on what was measured where. */
  readonly note: string;
  readonly groups: readonly BarGroup[];
}

const width = 1020;
/** The axis; names stand to its left, values to its right. */
const [left, right] = [525, 860];
const [barHeight, pitch, heading] = [14, 24, 34];
const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

const times = (ratio: number): string =>
  `${ratio >= 100 ? Math.round(ratio) : Number(ratio.toPrecision(3))}×`;
const missed = ({ ratio, target }: Bar): boolean => target !== undefined && ratio < target;

/** "2.63×, aim 2.5×", and whether it was missed. */
function words(bar: Bar): string {
  const aim = bar.target === undefined ? "" : `, aim ${times(bar.target)}${missed(bar) ? " missed" : ""}`;
  return times(bar.ratio) + aim;
}

/** The chart as a file's text; with no bars at all it is the heading alone. */
export function barChart({ title, note, groups }: BarChart): string {
  const all = groups.flatMap(({ bars }) => bars);
  const [low, high] = extent(
    all.flatMap(({ ratio, range = [], target = 1 }) => [ratio, ...range, target, 1]),
  ) as [number, number];
  const x = scaleLog([(low ?? 1) * 0.95, (high ?? 1) * 1.1], [left, right]);
  let y = 62;
  const rows = groups.flatMap(({ name, bars }): Markup[] => {
    y += heading;
    const head = markup`<text class="heading" x="20" y="${y - 12}" font-weight="600">${name}</text>`;
    return [
      head,
      ...bars.map((bar) => {
        y += pitch;
        return barMarkup(bar, y - pitch, x);
      }),
    ];
  });
  const shown = all.length === 0 ? [] : ticks.filter((tick) => x(tick) >= left && x(tick) <= right);
  const height = y + 40;
  const line = (tick: number) =>
    markup`<path class="${tick === 1 ? "baseline" : "grid"}" d="M${x(tick).toFixed(1)} 68V${
      y + 4
    }"/><text class="tick" x="${x(tick).toFixed(1)}" y="${y + 22}" text-anchor="middle">${
      times(tick)
    }</text>`;
  const described = groups.map(({ name, bars }) =>
    `${name}: ${bars.map((bar) => `${bar.name} ${words(bar)}`).join("; ")}.`
  );
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="bars" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="bars-title bars-desc" font-family="sans-serif" font-size="12"><title id="bars-title">${title}</title><desc id="bars-desc">${
    described.join(" ")
  }</desc><style>${raw(themeCss(roles) + css)}</style><rect class="backdrop" x="0.5" y="0.5" width="${
    width - 1
  }" height="${
    height - 1
  }" rx="8"/><text class="heading" x="20" y="30" font-size="16" font-weight="600">${title}</text><text class="note" x="20" y="50">${note}</text>${
    shown.map(line)
  }${rows}</svg>
`.text;
}

function barMarkup(bar: Bar, top: number, x: (ratio: number) => number): Markup {
  const [from, to] = [x(1), x(bar.ratio)].sort((a, b) => a - b) as [number, number];
  const target = bar.target === undefined ? undefined : x(bar.target);
  const [least, largest] = (bar.range ?? [bar.ratio, bar.ratio]).map(x) as [number, number];
  const end = Math.max(to, largest, target ?? 0) + 8;
  return markup`<text class="name" x="${left - 12}" y="${
    top + 11
  }" text-anchor="end">${bar.name}</text><rect class="${missed(bar) ? "bar missed" : "bar"}" x="${
    from.toFixed(1)
  }" y="${top}" width="${(to - from).toFixed(1)}" height="${barHeight}" rx="2"/>${
    bar.range &&
    markup`<path class="range" d="M${least.toFixed(1)} ${top + barHeight / 2}H${largest.toFixed(1)}"/>`
  }${
    target !== undefined &&
    markup`<path class="target" stroke-width="2" d="M${target.toFixed(1)} ${top - 3}V${
      top + barHeight + 3
    }"/>`
  }<text class="name" x="${end.toFixed(1)}" y="${top + 11}">${words(bar)}</text>`;
}
