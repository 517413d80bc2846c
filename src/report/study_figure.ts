/** What every run of a study found, and how sharp its loss is in the end: in a page or as a file of its own. */
import { scaleLog } from "./d3.ts";
import { measure } from "./format.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { accuracyOf, collapsedSkips, lastEigenvalue, type StudySummary } from "./study.ts";
import css from "./study.css" with { type: "text" };
import { strips, type StripScale, stripsRange, stripsWidth } from "./study_strips.ts";
import { accuracyWords } from "./study_words.ts";
import { roles, themeCss } from "./theme.ts";

/** Added to the distance from the optimum, in points, so that the optimum itself has a place on the scale. */
const nearest = 0.2;

/** How to read what was found. */
export const stripWords =
  "Each dot is the cell that a run found, by what the table says of it; it is hollow where " +
  `the cell has ${collapsedSkips} skip connections or more. The tick is the median. Accuracy in percent, stretched ` +
  "towards the optimum: the scale is the logarithm of the distance to it.";

/** How to read the eigenvalues. */
export const eigenvalueWords =
  "Each dot is the dominant eigenvalue of the alphas' Hessian at the end of a run, for the loss on one search " +
  `batch, on a logarithmic scale; to the left that loss is flatter. It is hollow where the cell has ${collapsedSkips} ` +
  "skip connections or more: if a flat loss kept searches from collapsing, the hollow dots would stand on the right.";

/** Accuracies that may have a mark on the scale. */
const accuracyMarks = [10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92, 93, 94, 95, 96, 97, 98, 99];

/** What the runs found, beside what needs no search. */
function accuracyScale({ arms, baselines: { dataset, rows } }: StudySummary): StripScale {
  const optimum = rows.at(-1)!.accuracy;
  const of = accuracyOf(dataset);
  const found = arms.flatMap(({ finished }) => finished.map(of));
  const lowest = Math.min(...found, ...rows.map(({ accuracy }) => accuracy));
  const place = scaleLog([(optimum - lowest + nearest) * 1.15, nearest], stripsRange);
  return {
    of,
    x: (accuracy) => Number(place(Math.max(0, optimum - accuracy) + nearest).toFixed(1)),
    words: accuracyWords,
    unit: " %",
    marks: accuracyMarks.filter((mark) => mark > lowest - 1 && mark < optimum),
    bases: rows.map(({ name, accuracy }) => ({
      words: `${name} ${accuracyWords(accuracy)}`,
      value: accuracy,
    })),
    name: `accuracy on ${dataset}`,
    note: "scale: log of the distance to the optimum",
  };
}

/** The eigenvalues; undefined where no run took any that is above zero, as a logarithm needs it. */
function eigenvalueScale({ arms }: StudySummary): StripScale | undefined {
  const of: StripScale["of"] = (run) => {
    const value = lastEigenvalue(run);
    return value !== undefined && value > 0 ? value : undefined;
  };
  const found = arms.flatMap(({ finished }) => finished.flatMap((run) => of(run) ?? []));
  if (found.length === 0) return undefined;
  const [low, high] = [Math.min(...found) / 1.3, Math.max(...found) * 1.3];
  const place = scaleLog([low, high], stripsRange);
  const decades = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4];
  return {
    of,
    x: (value) => Number(place(value).toFixed(1)),
    words: measure,
    unit: "",
    marks: decades.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
      .filter((mark) => mark >= low && mark <= high),
    bases: [],
    name: "eigenvalue",
    note: "logarithmic scale",
  };
}

const words = (id: string, title: string, how: string): Markup =>
  markup`<title id="${id}-title">${title}</title><desc id="${id}-desc">${how}</desc>`;

/** Strips in a page, in a box that scrolls by itself. */
function figure(id: string, title: string, how: string, { arms }: StudySummary, scale: StripScale): Markup {
  const { height, drawing } = strips(arms, scale);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><svg class="strips" viewBox="0 0 ${stripsWidth} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">${
    words(id, title, how)
  }${drawing}</svg></div>`;
}

/** What the runs found, in a page. */
export const stripsFigure = (summary: StudySummary): Markup =>
  figure("strips", "What every run found", stripWords, summary, accuracyScale(summary));

/** Their eigenvalues, in a page; none where no run took them. */
export function eigenvaluesFigure(summary: StudySummary): Markup | undefined {
  const scale = eigenvalueScale(summary);
  return scale &&
    figure("eigenvalues", "Eigenvalue at the end of every run", eigenvalueWords, summary, scale);
}

/** What the runs found as a drawing of its own, light or dark as its viewer is. */
export function studySvg(summary: StudySummary): string {
  const { height, drawing } = strips(summary.arms, accuracyScale(summary));
  const head = 34;
  const { title } = summary.study;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${stripsWidth} ${
    height + head
  }" width="${stripsWidth}" height="${
    height + head
  }" role="img" aria-labelledby="study-title study-desc" font-family="sans-serif" font-size="13">${
    words("study", title, stripWords)
  }<style>${
    raw(themeCss(roles) + css + ".backdrop{fill:var(--surface);stroke:var(--border)}.name{fill:var(--ink)}")
  }</style><rect class="backdrop" x="0.5" y="0.5" width="${stripsWidth - 1}" height="${
    height + head - 1
  }" rx="8"/><text class="name" x="16" y="24" font-size="15" font-weight="600">${title}</text><g transform="translate(0 ${head})">${drawing}</g></svg>
`.text;
}
