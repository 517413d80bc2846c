/**
 * A confusion matrix: a row for each class, a column for what its images were taken for. Blue is right and brown is not,
 * by the ramp of the heat maps; the stronger, the larger the share of the row.
 */
import { max } from "./d3.ts";
import { percent, whole } from "./format.ts";
import { heatColours, heatName, heatStep, heatSteps, steps } from "./heat_ramp.ts";
import { type Markup, markup } from "./markup.ts";
import type { TestMeasures } from "./test_data.ts";
import type { Colour, Palette } from "./theme.ts";

/** Side of a cell by the number of classes: numbers have room in the larger ones, labels of this size beside all. */
const sides = [[6, 56], [12, 42], [30, 28], [60, 18]] as const;
const smallest = 12;
/** Cells from this side on hold their number. */
const roomForNumbers = 28;

/** Letters of a class's name; all of it stands in the cell's title. */
const longestName = 20;
const shortened = (name: string): string => {
  const letters = [...name];
  return letters.length <= longestName ? name : `${letters.slice(0, longestName - 1).join("")}…`;
};

/** Relative luminance of `rgb(r, g, b)` (WCAG 2). */
function luminance(colour: string): number {
  const linear = colour.match(/\d+/g)!.map((value) => Number(value) / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

/** Black or white, whichever stands out more: 4.5:1 or more on any colour. */
const onto = (colour: string): string => luminance(colour) > 0.179 ? "#000000" : "#ffffff";

const textName = (step: number): string => `on-${heatName(step)}`;

/** The colours of the numbers on the steps of the ramp. */
export const confusionColours: Palette = Object.fromEntries(steps.map((step) => {
  const { light, dark } = heatColours[heatName(step)] as Colour;
  return [textName(step), { light: onto(light), dark: onto(dark) }];
}));

/** The rules of the numbers. */
export const confusionCss = (): string =>
  steps.map((step) => `.${textName(step)}{fill:var(--${textName(step)})}`).join("\n");

/** The step of a share: what there is any of is no longer neutral. */
const stepOf = (share: number, right: boolean): number => {
  const step = Math.min(heatSteps, Math.max(1, heatStep(share)));
  return right ? step : -step;
};

/** The matrix, in a size of its own: the page lets it scroll where it is wider. */
export function confusionFigure({ classes, confusion }: TestMeasures): Markup {
  const n = classes.length;
  const side = sides.find(([most]) => n <= most)?.[1] ?? smallest;
  const font = side < 18 ? 10 : 12;
  const names = classes.map(({ name }) => shortened(name));
  const room = Math.ceil(0.62 * font * max(names, (name) => [...name].length)!) + 8;
  const level = room <= side;
  const [left, top] = [26 + room, 8];
  const [width, height] = [left + n * side + 8, top + n * side + (level ? font + 8 : room) + 26];
  const right = confusion.reduce((sum, row, c) => sum + row[c]!, 0);
  const all = classes.reduce((sum, { images }) => sum + images, 0);
  const cells = confusion.flatMap((row, c) =>
    row.flatMap((count, k) => {
      if (count === 0) return [];
      const { name, images } = classes[c]!;
      const step = stepOf(count / images, c === k);
      const [x, y] = [left + k * side, top + c * side];
      const number = String(count);
      const fits = side >= roomForNumbers && 0.62 * font * number.length <= side - 4;
      return [
        markup`<rect class="value ${
          heatName(step)
        }" x="${x}" y="${y}" width="${side}" height="${side}"><title>${name} taken for ${classes[k]!.name}: ${
          whole(count)
        } of ${whole(images)}, ${percent(count / images)}</title></rect>${
          fits &&
          markup`<text class="${textName(step)}" x="${x + side / 2}" y="${
            y + side / 2 + 0.36 * font
          }" text-anchor="middle">${number}</text>`
        }`,
      ];
    })
  );
  const lines = Array.from(
    { length: n + 1 },
    (_, i) => `M${left} ${top + i * side}h${n * side}M${left + i * side} ${top}v${n * side}`,
  ).join("");
  const middle = (i: number): number => i * side + side / 2;
  const baseline = top + n * side;
  return markup`<svg class="confusion" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-size="${font}" role="img" aria-labelledby="confusion-title confusion-desc"><title id="confusion-title">Confusion matrix</title><desc id="confusion-desc">Rows are the ${n} classes, columns what their images were taken for: ${
    whole(right)
  } of ${
    whole(all)
  } images are on the diagonal, where both are the same.</desc><g class="cells">${cells}</g><path class="grid" d="${lines}"/>${
    names.map((name, i) =>
      markup`<text class="tick" x="${left - 6}" y="${
        (top + middle(i) + 0.36 * font).toFixed(1)
      }" text-anchor="end">${name}</text>${
        level
          ? markup`<text class="tick" x="${left + middle(i)}" y="${
            baseline + font + 4
          }" text-anchor="middle">${name}</text>`
          : markup`<text class="tick" transform="translate(${(left + middle(i) + 0.36 * font).toFixed(1)} ${
            baseline + 6
          }) rotate(-90)" text-anchor="end">${name}</text>`
      }`
    )
  }<text class="tick" transform="translate(${font + 2} ${
    top + (n * side) / 2
  }) rotate(-90)" text-anchor="middle" font-size="12">class</text><text class="tick" x="${
    left + (n * side) / 2
  }" y="${height - 6}" text-anchor="middle" font-size="12">taken for</text></svg>`;
}
