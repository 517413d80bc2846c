/**
 * Loss or accuracy on a plane through the alphas as a map: blue is above the value at the alphas, brown below, by
 * the same ramp as the alphas' heat maps.
 */
import { max, scaleLinear } from "./d3.ts";
import { measure as short, percent, signed } from "./format.ts";
import { heatName, heatStep, steps } from "./heat_ramp.ts";
import type { Landscape, LandscapeMap } from "./landscape_data.ts";
import { type Markup, markup } from "./markup.ts";

/** What is drawn of a landscape. */
export const landscapeMeasures = [
  { measure: "loss", title: "Loss", format: short, axis: ",f" },
  { measure: "accuracy", title: "Accuracy", format: percent, axis: "%" },
] as const;

type LandscapeMeasure = typeof landscapeMeasures[number];

/** A chart or a map under its title, of this size. */
export const landscapeSize = { width: 380, height: 254 } as const;

const [left, top, side] = [68, 8, 202];
const { width, height } = landscapeSize;
const [bar, barWidth] = [left + side + 18, 12];

/** The largest difference from the value at the alphas: the ends of the ramp. */
const mapRange = (values: LandscapeMap["loss"], center: number): number =>
  max(values.flat(), (value) => Math.abs(value - center)) || 1e-9;

/** The map of one measure. */
function landscapeMap(
  { center }: Landscape,
  map: LandscapeMap,
  { measure, format }: LandscapeMeasure,
  title: string,
): Markup {
  const values = map[measure];
  const n = map.radii.length;
  const range = mapRange(values, center[measure]);
  const edge = (i: number): number => Math.round((side * i) / n);
  const scale = scaleLinear([map.radii[0]!, map.radii.at(-1)!], [side / n / 2, side - side / n / 2]);
  const cells = values.flatMap((row, j) =>
    row.map((value, i) =>
      markup`<rect class="${heatName(heatStep((value - center[measure]) / range))}" x="${
        left + edge(i)
      }" y="${top + side - edge(j + 1)}" width="${edge(i + 1) - edge(i)}" height="${
        edge(j + 1) - edge(j)
      }"><title>${signed(map.radii[i]!)}, ${signed(map.radii[j]!)}: ${format(value)}</title></rect>`
    )
  );
  const flat = values.flat();
  const description = `Over ${map.axes[0]} (to the right) and ${map.axes[1]} (upwards), each from ${
    signed(map.radii[0]!)
  } to ${signed(map.radii.at(-1)!)}: ${format(center[measure])} at the alphas, from ${
    format(Math.min(...flat))
  } to ${format(Math.max(...flat))}.`;
  const level = side / steps.length;
  // The ramp is symmetric, the measures are not: no label for a loss below 0 or an accuracy beyond 0 to 1.
  const possible = (value: number): boolean => value >= 0 && (measure === "loss" || value <= 1);
  const label = (share: number): Markup | false =>
    possible(center[measure] + share * range) &&
    markup`<text class="tick" x="${bar + barWidth + 6}" y="${
      (top + (side * (1 - share)) / 2 + 4.5).toFixed(1)
    }">${format(center[measure] + share * range)}</text>`;
  const ticks = scale.ticks(4);
  const middle = left + side / 2;
  const id = `map-${measure}`;
  return markup`<svg class="panel" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc><g class="cells">${cells}</g><circle class="here" cx="${middle}" cy="${
    top + side / 2
  }" r="4"><title>the alphas</title></circle>${
    ticks.map((tick) =>
      markup`<text class="tick" x="${(left + scale(tick)).toFixed(1)}" y="${
        top + side + 17
      }" text-anchor="middle">${signed(tick)}</text><text class="tick" x="${left - 7}" y="${
        (top + side - scale(tick) + 4.5).toFixed(1)
      }" text-anchor="end">${signed(tick)}</text>`
    )
  }<text class="tick" x="${middle}" y="${height - 8}" text-anchor="middle">${
    map.axes[0]
  }</text><text class="tick" transform="translate(16 ${top + side / 2}) rotate(-90)" text-anchor="middle">${
    map.axes[1]
  }</text><g class="cells">${
    steps.map((step, i) =>
      markup`<rect class="${heatName(step)}" x="${bar}" y="${
        (top + side - level * (i + 1)).toFixed(2)
      }" width="${barWidth}" height="${(level + 0.3).toFixed(2)}"/>`
    )
  }</g>${[1, 0, -1].map(label)}</svg>`;
}

/** The map of each measure; none where there is no map. */
export const landscapeMaps = (data: Landscape): { title: string; content: Markup }[] => {
  const { map } = data;
  if (map === null) return [];
  return landscapeMeasures.map((one) => {
    const title = `${one.title} on a plane`;
    return { title, content: landscapeMap(data, map, one, title) };
  });
};
