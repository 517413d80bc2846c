/** What every run of a study found, a strip an arm, beside what needs no search: in a page or as a file of its own. */
import { scaleLog } from "./d3.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { type ArmSummary, collapsedSkips, type FinishedRun, skipsOf, type StudySummary } from "./study.ts";
import css from "./study.css" with { type: "text" };
import { accuracyWords, doneWords } from "./study_words.ts";
import { roles, themeCss } from "./theme.ts";

const width = 800;
const [left, right] = [190, 720];
const rowHeight = 30;
const lineHeight = 17;
const letter = 7;
const radius = 4;

/** Added to the distance from the optimum, in points, so that the optimum itself has a place on the scale. */
const nearest = 0.2;

/** How to read it. */
export const stripWords =
  "Each dot is the cell that a run found, by what the table says of it; it is hollow where " +
  `the cell has ${collapsedSkips} skip connections or more. The tick is the median. Accuracy in percent, stretched ` +
  "towards the optimum: the scale is the logarithm of the distance to it.";

/** A label and where it wants to be. */
interface Label {
  readonly words: string;
  readonly x: number;
}

/** The line (from 0) of each label, so that none covers another; the labels end at their places. */
function stagger(labels: readonly Label[]): number[] {
  const ends: number[] = [];
  return labels.map(({ words, x }) => {
    const start = x - letter * words.length;
    const free = ends.findIndex((end) => end < start);
    const line = free < 0 ? ends.length : free;
    ends[line] = x + 8;
    return line;
  });
}

/** Heights of dots around the middle of a strip, so that those at one place stand beside each other. */
function spreadOut(xs: readonly number[]): number[] {
  const placed: [x: number, step: number][] = [];
  return xs.map((x) => {
    const steps = [0, -1, 1, -2, 2, -3, 3];
    const free = steps.find((step) =>
      placed.every(([other, taken]) => taken !== step || Math.abs(other - x) > 2 * radius)
    );
    const step = free ?? 0;
    placed.push([x, step]);
    return step * (radius + 0.5);
  });
}

/** The strips, with their height. */
function strips(
  { arms, baselines }: StudySummary,
): { readonly height: number; readonly drawing: Markup } {
  const { dataset, rows } = baselines;
  const optimum = rows.at(-1)!.accuracy;
  const accuracyOf = ({ result }: FinishedRun) => result.accuracies[dataset]!;
  const found = arms.flatMap(({ finished }) => finished.map(accuracyOf));
  const lowest = Math.min(...found, ...rows.map(({ accuracy }) => accuracy));
  const far = optimum - lowest + nearest;
  const scale = scaleLog([far * 1.15, nearest], [left, right]);
  const x = (accuracy: number) => Number(scale(Math.max(0, optimum - accuracy) + nearest).toFixed(1));
  const labels = [...rows].sort((a, b) => a.accuracy - b.accuracy)
    .map((row) => ({ words: `${row.name} ${accuracyWords(row.accuracy)}`, x: x(row.accuracy) }));
  const lines = stagger(labels);
  const top = 8 + lineHeight * (Math.max(...lines) + 1);
  const bottom = top + rowHeight * arms.length;
  const strip = (arm: ArmSummary, i: number): Markup => {
    const y = top + rowHeight * (i + 0.5);
    const xs = arm.finished.map((run) => x(accuracyOf(run)));
    const offsets = spreadOut(xs);
    const words = arm.accuracy === undefined ? "" : accuracyWords(arm.accuracy.median);
    return markup`<path class="row" d="M${left} ${y}H${right}"/><text x="${left - 12}" y="${
      y + 4
    }" text-anchor="end">${arm.arm.name}</text>${
      arm.finished.length < arm.runs.length &&
      markup`<text class="muted" x="${left + 4}" y="${y - 4}" font-size="11">${doneWords(arm)}</text>`
    }${arm.accuracy && markup`<path class="median" d="M${x(arm.accuracy.median)} ${y - 11}V${y + 11}"/>`}${
      arm.finished.map((run, j) => {
        const collapsed = skipsOf(run.result.genotype) >= collapsedSkips;
        return markup`<circle class="dot${collapsed && " collapsed"}" cx="${xs[j]!}" cy="${
          y + offsets[j]!
        }" r="${radius}"><title>${arm.arm.name}, seed ${run.seed}: ${
          accuracyWords(accuracyOf(run))
        } %</title></circle>`;
      })
    }<text x="${width - 8}" y="${y + 4}" text-anchor="end">${words}</text>`;
  };
  const drawing = markup`<g class="strips">${
    labels.map(({ words, x }, i) => {
      const y = 14 + lineHeight * lines[i]!;
      return markup`<path class="base" d="M${x} ${y + 4}V${bottom}"/><text class="muted" x="${
        x + 3
      }" y="${y}" text-anchor="end" font-size="12">${words}</text>`;
    })
  }${arms.map(strip)}</g>`;
  return { height: bottom + 8, drawing };
}

const words = (id: string, title: string): Markup =>
  markup`<title id="${id}-title">${title}</title><desc id="${id}-desc">${stripWords}</desc>`;

/** The strips in a page, in a box that scrolls by itself. */
export function stripsFigure(summary: StudySummary): Markup {
  const { height, drawing } = strips(summary);
  const title = "What every run found";
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><svg class="strips" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="strips-title strips-desc">${
    words("strips", title)
  }${drawing}</svg></div>`;
}

/** The strips as a drawing of its own, light or dark as its viewer is. */
export function studySvg(summary: StudySummary): string {
  const { height, drawing } = strips(summary);
  const head = 34;
  const { title } = summary.study;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${
    height + head
  }" width="${width}" height="${
    height + head
  }" role="img" aria-labelledby="study-title study-desc" font-family="sans-serif" font-size="13">${
    words("study", title)
  }<style>${
    raw(themeCss(roles) + css + ".backdrop{fill:var(--surface);stroke:var(--border)}.name{fill:var(--ink)}")
  }</style><rect class="backdrop" x="0.5" y="0.5" width="${width - 1}" height="${
    height + head - 1
  }" rx="8"/><text class="name" x="16" y="24" font-size="15" font-weight="600">${title}</text><g transform="translate(0 ${head})">${drawing}</g></svg>
`.text;
}
