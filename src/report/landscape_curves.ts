/** Loss or accuracy over the distance from the alphas: eigenvectors as lines, random directions as mean and band. */
import { line, max, min, scaleLinear } from "./d3.ts";
import { band, type Landscape } from "./landscape_data.ts";
import { type Markup, markup } from "./markup.ts";
import { type Panel, panel, panelSize, radiusText } from "./landscape_panel.ts";

interface Line {
  readonly name: string;
  readonly kind: "eigenvector" | "random";
  readonly values: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The lines of one measure: every eigenvector's own, and the mean of the random ones. */
export function landscapeLines({ curves }: Landscape, measure: "loss" | "accuracy"): Line[] {
  const eigenvectors = curves.filter(({ kind }) => kind === "eigenvector").map((curve): Line => {
    const values = curve[measure];
    return { name: curve.name, kind: "eigenvector", values, low: values, high: values };
  });
  const random = curves.filter(({ kind }) => kind === "random");
  const { mean, low, high } = band(random.map((curve) => curve[measure]));
  const name = random.length === 1 ? "random direction" : `mean of ${random.length} random directions`;
  return [...eigenvectors, { name, kind: "random", values: mean, low, high }];
}

const [right, top, bottom] = [panelSize.width - 14, 34, panelSize.height - 44];
/** Room for a digit of the axis. */
const digit = 7.5;

/** The chart of one measure. */
export function landscapeCurves(
  data: Landscape,
  { measure, title, format }: Pick<Panel, "measure" | "title" | "format">,
): Markup {
  const lines = landscapeLines(data, measure);
  const { radii } = data;
  const [low, high] = [min(lines.flatMap((one) => one.low))!, max(lines.flatMap((one) => one.high))!];
  const room = (high - low) * 0.06 || 0.05;
  const y = scaleLinear([low - room, high + room], [bottom, top]);
  const tickText = y.tickFormat(4, measure === "accuracy" ? "%" : undefined);
  const ticks = y.ticks(4).map((value) => ({ value, text: tickText(value) }));
  const left = Math.max(56, 12 + digit * Math.max(...ticks.map(({ text }) => text.length)));
  const x = scaleLinear([radii[0]!, radii.at(-1)!], [left, right]);
  const path = line<number>().x((_, i) => x(radii[i]!)).y((value) => y(value)).digits(1);
  const words = lines.map(({ name, values }) =>
    `Along the ${name}: ${format(values[0]!)} at ${radiusText(radii[0]!)}, ${
      format(data.center[measure])
    } at the alphas, ${format(values.at(-1)!)} at ${radiusText(radii.at(-1)!)}.`
  );
  return panel(
    { measure, title, format, description: words.join(" ") },
    markup`${
      ticks.map(({ value, text }) =>
        markup`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/><text class="tick" x="${
          left - 8
        }" y="${(y(value) + 4.5).toFixed(1)}" text-anchor="end">${text}</text>`
      )
    }${
      x.ticks(5).map((tick) =>
        markup`<text class="tick" x="${x(tick).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${
          radiusText(tick)
        }</text>`
      )
    }<path class="alphas" d="M${x(0).toFixed(1)} ${top}V${bottom}"/><text class="tick" x="${
      (left + right) / 2
    }" y="${panelSize.height - 8}" text-anchor="middle">distance from the alphas</text>${
      lines.map(({ kind, name, values, low, high }) =>
        markup`<g class="${kind}">${
          kind === "random" &&
          markup`<path class="band" d="${path(high)!}L${
            low.map((value, i) => `${x(radii[i]!).toFixed(1)},${y(value).toFixed(1)}`).reverse().join("L")
          }Z"/>`
        }<path class="curve" d="${path(values)!}"/>${
          values.map((value, i) =>
            markup`<circle class="dot" cx="${x(radii[i]!).toFixed(1)}" cy="${
              y(value).toFixed(1)
            }" r="1.8"><title>${name}, ${radiusText(radii[i]!)}: ${format(value)}</title></circle>`
          )
        }</g>`
      )
    }`,
  );
}
