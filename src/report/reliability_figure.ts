/** How far a network's confidence can be trusted: accuracy and number of images by confidence, in bars. */
import { max, scaleLinear } from "./d3.ts";
import { measure, percent, whole } from "./format.ts";
import { chartCard } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import type { CalibrationBin, TestMeasures } from "./test_data.ts";

const [width, height] = [380, 254];
const [left, right, top, bottom] = [58, 366, 10, height - 46];

interface BarChart {
  readonly id: string;
  readonly title: string;
  readonly bins: readonly CalibrationBin[];
  /** Height of a bar; bins without images have none. */
  readonly of: (bin: CalibrationBin) => number;
  /** The end of the scale. */
  readonly to: number;
  readonly tick: (value: number) => string;
  /** Drawn over the bars. */
  readonly over: (x: (share: number) => number, y: (value: number) => number) => Markup;
  readonly describe: string;
}

const percentTick = (share: number): string => `${Math.round(100 * share)} %`;
/** A bin in words. */
const binWords = ({ from, to, images, accuracy }: CalibrationBin): string =>
  `confidence ${percent(from)} to ${percent(to)}: ${percent(accuracy!)} right of ${whole(images)}`;

function barChart({ id, title, bins, of, to, tick, over, describe }: BarChart): Markup {
  const x = scaleLinear([0, 1], [left, right]);
  const y = scaleLinear([0, to], [bottom, top]);
  const bars = bins.filter(({ images }) => images > 0).map((bin) =>
    markup`<rect class="bar" x="${(x(bin.from) + 1).toFixed(1)}" y="${y(of(bin)).toFixed(1)}" width="${
      (x(bin.to) - x(bin.from) - 2).toFixed(1)
    }" height="${(bottom - y(of(bin))).toFixed(1)}"><title>${binWords(bin)}</title></rect>`
  );
  return chartCard(
    title,
    markup`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${describe}</desc>${
      y.ticks(4).map((value) =>
        markup`<path class="grid" d="M${left} ${y(value).toFixed(1)}H${right}"/><text class="tick" x="${
          left - 8
        }" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${tick(value)}</text>`
      )
    }${bars}${over(x, y)}${
      x.ticks(4).map((value) =>
        markup`<text class="tick" x="${x(value).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${
          percentTick(value)
        }</text>`
      )
    }<text class="tick" x="${(left + right) / 2}" y="${
      height - 6
    }" text-anchor="middle">confidence</text></svg>`,
  );
}

/** The reliability diagram, and beside it how many images it is made of. */
export function reliabilityFigure({ calibration, calibration_error, images }: TestMeasures): Markup {
  const filled = calibration.filter((bin) => bin.images > 0);
  const accuracy = barChart({
    id: "reliability",
    title: "Accuracy",
    bins: calibration,
    of: (bin) => bin.accuracy!,
    to: 1,
    tick: percentTick,
    over: (x, y) =>
      markup`<path class="even" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>${
        filled.map((bin) =>
          markup`<circle class="sure" cx="${x(bin.confidence!).toFixed(1)}" cy="${
            y(bin.accuracy!).toFixed(1)
          }" r="2.5"/>`
        )
      }`,
    describe: `${filled.map(binWords).join("; ")}. The calibration error is ${percent(calibration_error)}.`,
  });
  const counts = barChart({
    id: "confidences",
    title: "Images",
    bins: calibration,
    of: (bin) => bin.images,
    to: max(calibration, (bin) => bin.images)!,
    tick: (value) => Number.isInteger(value) ? measure(value) : "",
    over: () => markup``,
    describe: `How sure the network is of ${whole(images)} images: ${
      filled.map((bin) => `${whole(bin.images)} from ${percent(bin.from)} to ${percent(bin.to)}`).join(", ")
    }.`,
  });
  return markup`<div class="charts">${accuracy}${counts}</div>`;
}
