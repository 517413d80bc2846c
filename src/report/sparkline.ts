/** A line as small as a word: how a measure went, without a scale. */
import { extent, line, scaleLinear } from "./d3.ts";
import { type Markup, markup } from "./markup.ts";
import type { Sparkline } from "./watched_runs.ts";

const [width, height, room] = [96, 22, 2.5];

/** The line and its last value, at least one of which there is. */
export function sparkline({ title: measure, of, format, values }: Sparkline): Markup {
  const [low, high] = extent(values) as [number, number];
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [room, width - room]);
  const y = scaleLinear(low === high ? [low - 1, high + 1] : [low, high], [height - room, room]);
  const title = `${measure} of the ${of}`;
  const path = line<number>().x((_, i) => x(i)).y((value) => y(value)).digits(1)([...values])!;
  const [first, last] = [values[0]!, values.at(-1)!];
  const words = `${title}: ${format(first)} at first, ${format(last)} now`;
  return markup`<svg class="sparkline" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words}"><path d="${path}"/><circle cx="${
    x(values.length - 1).toFixed(1)
  }" cy="${y(last).toFixed(1)}" r="2"/></svg><span title="${title}">${
    format(last)
  } <span class="of">${of}</span></span>`;
}
