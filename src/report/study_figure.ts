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

/** A label and where it ends. */
interface Label {
  readonly words: string;
  readonly x: number;
}

/**
 * The line (from 0) of each label, given from the right to the left: so far down that the mark under it
 * crosses no other label.
 */
function stagger(labels: readonly Label[]): number[] {
  const lines: number[] = [];
  labels.forEach(({ x }, i) => {
    const over = labels.slice(0, i).map((other, o) =>
      other.x - letter * other.words.length < x + 6 ? lines[o]! : -1
    );
    lines.push(1 + Math.max(-1, ...over));
  });
  return lines;
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

/** Accuracies that may have a mark on the scale. */
const marks = [10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92, 93, 94, 95, 96, 97, 98, 99];
/** Least pixels between two of them. */
const between = 34;

/** From an accuracy in percent to a place. */
type Place = (accuracy: number) => number;

function placeOf(lowest: number, optimum: number): Place {
  const scale = scaleLog([(optimum - lowest + nearest) * 1.15, nearest], [left, right]);
  return (accuracy) => Number(scale(Math.max(0, optimum - accuracy) + nearest).toFixed(1));
}

/** The strips, with their height. */
function strips(summary: StudySummary): { readonly height: number; readonly drawing: Markup } {
  const { arms, baselines: { dataset, rows } } = summary;
  const optimum = rows.at(-1)!.accuracy;
  const accuracyOf = ({ result }: FinishedRun) => result.accuracies[dataset]!;
  const all = [
    ...arms.flatMap(({ finished }) => finished.map(accuracyOf)),
    ...rows.map((row) => row.accuracy),
  ];
  const lowest = Math.min(...all);
  const x = placeOf(lowest, optimum);
  const labels = [...rows].sort((a, b) => b.accuracy - a.accuracy)
    .map(({ name, accuracy }) => ({ words: `${name} ${accuracyWords(accuracy)}`, x: x(accuracy) }));
  const lines = stagger(labels);
  const top = 10 + lineHeight * (Math.max(...lines) + 1);
  const bottom = top + rowHeight * arms.length;
  const drawing = markup`<g class="strips">${
    labels.map(({ words, x }, i) => {
      const y = 14 + lineHeight * lines[i]!;
      return markup`<path class="base" d="M${x} ${y + 4}V${bottom}"/>${small(x + 3, y, "end", words)}`;
    })
  }${small(width - 16, top - 6, "end", "median")}${
    arms.map((arm, i) => strip(arm, top + rowHeight * (i + 0.5), x, accuracyOf))
  }${axis(marks.filter((mark) => mark > lowest - 1 && mark < optimum), x, bottom + 16)}${
    small(width - 16, bottom + 16, "end", dataset)
  }${key(bottom + 40)}</g>`;
  return { height: bottom + 52, drawing };
}

const small = (x: number, y: number, anchor: "start" | "middle" | "end", words: string): Markup =>
  markup`<text class="muted" x="${x}" y="${y}" text-anchor="${anchor}" font-size="12">${words}</text>`;

/** An arm: its name, how many of its runs are done unless all are, their dots, the median. */
function strip(arm: ArmSummary, y: number, x: Place, accuracyOf: (run: FinishedRun) => number): Markup {
  const xs = arm.finished.map((run) => x(accuracyOf(run)));
  const offsets = spreadOut(xs);
  const whole = arm.finished.length === arm.runs.length;
  const { name } = arm.arm;
  return markup`<path class="row" d="M${left} ${y}H${right}"/><text x="${left - 14}" y="${
    whole ? y + 4 : y - 1
  }" text-anchor="end">${name}</text>${!whole && small(left - 14, y + 12, "end", doneWords(arm))}${
    arm.accuracy && markup`<path class="median" d="M${x(arm.accuracy.median)} ${y - 13}V${y + 13}"/>`
  }${
    arm.finished.map((run, i) => {
      const words = `${name}, seed ${run.seed}: ${accuracyWords(accuracyOf(run))} %`;
      const collapsed = skipsOf(run.result.genotype) >= collapsedSkips;
      return dot(xs[i]!, y + offsets[i]!, collapsed, words);
    })
  }<text x="${width - 16}" y="${y + 4}" text-anchor="end">${
    arm.accuracy && accuracyWords(arm.accuracy.median)
  }</text>`;
}

const dot = (x: number, y: number, collapsed: boolean, words: string | false): Markup =>
  markup`<circle class="dot${collapsed && " collapsed"}" cx="${x}" cy="${y}" r="${radius}">${
    words && markup`<title>${words}</title>`
  }</circle>`;

/** The scale, from the right, as many marks as have room. */
function axis(accuracies: readonly number[], x: Place, y: number): Markup {
  const kept: number[] = [];
  for (const accuracy of [...accuracies].reverse()) {
    const before = kept.at(-1);
    if (before === undefined || x(before) - x(accuracy) >= between) kept.push(accuracy);
  }
  return markup`${kept.map((accuracy) => small(x(accuracy), y, "middle", `${accuracy} %`))}`;
}

/** What the marks are. */
const key = (y: number): Markup =>
  markup`${dot(left + 4, y - 4, false, false)}${small(left + 14, y, "start", "cell of a run")}${
    dot(left + 114, y - 4, true, false)
  }${small(left + 124, y, "start", `with ${collapsedSkips} skips or more`)}<path class="median" d="M${
    left + 266
  } ${y - 11}V${y + 2}"/>${small(left + 274, y, "start", "median")}${
    small(left + 340, y, "start", "scale stretched towards the optimum")
  }`;

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
