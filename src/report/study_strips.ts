/** A number of every run of a study, a strip an arm: a dot each, hollow where the cell has collapsed. */
import { type Markup, markup } from "./markup.ts";
import { type ArmSummary, collapsedSkips, type FinishedRun, hasCollapsed, median } from "./study.ts";
import { doneWords } from "./study_words.ts";

/** Pixels of a drawing. */
export const stripsWidth = 800;
/** Where the strips begin and end. */
export const stripsRange: readonly [number, number] = [190, 720];
const [left, right] = stripsRange;
const rowHeight = 30;
const lineHeight = 17;
const letter = 7;
const radius = 4;
/** Least pixels between two marks of the scale. */
const between = 34;

/** What is drawn. */
export interface StripScale {
  /** The number of a run; one without has no dot. */
  readonly of: (run: FinishedRun) => number | undefined;
  /** Where a number lies in {@link stripsRange}. */
  readonly x: (value: number) => number;
  readonly words: (value: number) => string;
  /** Behind a number, where there is room: " %". */
  readonly unit: string;
  /** Numbers that may have a mark on the scale, in rising order. */
  readonly marks: readonly number[];
  /** Lines across all strips, and what they are. */
  readonly bases: readonly { readonly words: string; readonly value: number }[];
  /** What the numbers are, left of the scale. */
  readonly name: string;
  /** How to read the scale. */
  readonly note: string;
}

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

/** The largest distance of a dot from the middle of its strip. */
const farthest = 3 * (radius + 0.5);

/** Heights of dots around the middle of a strip, so that those at one place stand beside each other. */
function spreadOut(xs: readonly number[]): number[] {
  const placed: [x: number, step: number][] = [];
  for (const x of xs) {
    const taken = placed.filter(([other]) => Math.abs(other - x) <= 2 * radius).map(([, step]) => step);
    // 0, −1, 1, −2, 2, …
    let n = 0;
    const step = () => n % 2 === 0 ? n / 2 : -(n + 1) / 2;
    while (taken.includes(step())) n++;
    placed.push([x, step()]);
  }
  const most = Math.max(3, ...placed.map(([, step]) => Math.abs(step)));
  return placed.map(([, step]) => (step * farthest) / most);
}

/** The strips, with their height. */
export function strips(
  arms: readonly ArmSummary[],
  scale: StripScale,
): { readonly height: number; readonly drawing: Markup } {
  const labels = [...scale.bases].sort((a, b) => scale.x(b.value) - scale.x(a.value))
    .map(({ words, value }) => ({ words, x: scale.x(value) }));
  const lines = stagger(labels);
  const top = 10 + lineHeight * (Math.max(0, ...lines) + 1);
  const bottom = top + rowHeight * arms.length;
  const drawing = markup`<g class="strips">${
    labels.map(({ words, x }, i) => {
      const y = 14 + lineHeight * lines[i]!;
      return markup`<path class="base" d="M${x} ${y + 4}V${bottom}"/>${small(x + 3, y, "end", words)}`;
    })
  }${small(stripsWidth - 16, top - 6, "end", "median")}${
    arms.map((arm, i) => strip(arm, top + rowHeight * (i + 0.5), scale))
  }${axis(scale, bottom + 16)}${small(left - 14, bottom + 16, "end", scale.name)}${
    key(scale.note, bottom + 40)
  }</g>`;
  return { height: bottom + 52, drawing };
}

const small = (x: number, y: number, anchor: "start" | "middle" | "end", words: string): Markup =>
  markup`<text class="muted" x="${x}" y="${y}" text-anchor="${anchor}" font-size="12">${words}</text>`;

/** An arm: its name, how many of its runs are done unless all are, their dots, the median. */
function strip(arm: ArmSummary, y: number, { of, x, words, unit }: StripScale): Markup {
  const runs = arm.finished.flatMap((run) => {
    const value = of(run);
    return value === undefined ? [] : [{ run, value }];
  });
  const offsets = spreadOut(runs.map(({ value }) => x(value)));
  const whole = arm.finished.length === arm.runs.length;
  const { name } = arm.arm;
  const middle = runs.length > 0 ? median(runs.map(({ value }) => value)) : undefined;
  return markup`<path class="row" d="M${left} ${y}H${right}"/><text x="${left - 14}" y="${
    whole ? y + 4 : y - 1
  }" text-anchor="end">${name}</text>${!whole && small(left - 14, y + 12, "end", doneWords(arm))}${
    middle !== undefined && markup`<path class="median" d="M${x(middle)} ${y - 13}V${y + 13}"/>`
  }${
    runs.map(({ run, value }, i) => {
      const said = `${name}, seed ${run.seed}: ${words(value)}${unit}`;
      return dot(x(value), y + offsets[i]!, hasCollapsed(run), said);
    })
  }<text x="${stripsWidth - 16}" y="${y + 4}" text-anchor="end">${
    middle !== undefined && words(middle)
  }</text>`;
}

const dot = (x: number, y: number, collapsed: boolean, words: string | false): Markup =>
  markup`<circle class="dot${collapsed && " collapsed"}" cx="${x}" cy="${y}" r="${radius}">${
    words && markup`<title>${words}</title>`
  }</circle>`;

/** The scale, from the right, as many marks as have room. */
function axis({ marks, x, unit }: StripScale, y: number): Markup {
  const kept: number[] = [];
  for (const mark of [...marks].reverse()) {
    const before = kept.at(-1);
    if (before === undefined || x(before) - x(mark) >= between) kept.push(mark);
  }
  return markup`${kept.map((mark) => small(x(mark), y, "middle", `${mark}${unit}`))}`;
}

/** What the marks are. */
const key = (note: string, y: number): Markup =>
  markup`${dot(left + 4, y - 4, false, false)}${small(left + 14, y, "start", "cell of a run")}${
    dot(left + 114, y - 4, true, false)
  }${small(left + 124, y, "start", `with ${collapsedSkips} skips or more`)}<path class="median" d="M${
    left + 266
  } ${y - 11}V${y + 2}"/>${small(left + 274, y, "start", "median")}${small(left + 340, y, "start", note)}`;
