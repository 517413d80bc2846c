/** How the cell and the supernet change while a study's searches go on: a small chart an arm, a line a run. */
import { seriesStyle } from "./comparison_figure.ts";
import { max } from "./d3.ts";
import { measure as digits, percent, whole } from "./format.ts";
import { type LegendEntry, legendList } from "./legend.ts";
import { chartCard, lineChart, type Series } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import { measureTitles } from "./measure_titles.ts";
import { figure, section } from "./page.ts";
import type { ArmSummary, StudyEpoch, StudyLook, StudyRecord, StudyRun, StudySummary } from "./study.ts";
import { accuracyWords } from "./study_words.ts";
import { table } from "./tables.ts";

/** A step of a search, and a value there. */
type Point = readonly [step: number, value: number];

/** What is drawn of each run. */
interface Measure {
  readonly id: string;
  readonly title: string;
  readonly of: (record: StudyRecord) => readonly Point[];
  readonly format: (value: number) => string;
  /** Values that the axis has to reach. */
  readonly reach: readonly number[];
  /** d3-format's type for the axis. */
  readonly axis?: "%";
  /** As of `lineChart`. */
  readonly logarithmic?: true;
}

/** A measure of each look at the alphas. */
const ofLooks = (value: (look: StudyLook) => number) => ({ looks }: StudyRecord): Point[] =>
  looks.map((look) => [look.step, value(look)]);

/** A measure of the epochs that have it. */
const ofEpochs = (value: (epoch: StudyEpoch) => number | undefined) => ({ epochs }: StudyRecord): Point[] =>
  epochs.flatMap((epoch): Point[] => {
    const found = value(epoch);
    return found === undefined ? [] : [[epoch.step, found]];
  });

const measures: readonly Measure[] = [
  {
    id: "skips",
    title: `${measureTitles.skip_count} of the cell`,
    of: ofLooks(({ skips }) => skips),
    format: String,
    reach: [0],
  },
  {
    id: "accuracy",
    title: `${measureTitles.benchmark_accuracy} of the cell, %`,
    of: ofLooks(({ accuracy }) => accuracy),
    format: accuracyWords,
    reach: [],
  },
  {
    id: "eigenvalue",
    title: `${measureTitles.eigenvalue} of the alphas' Hessian`,
    of: ofEpochs(({ eigenvalue }) => eigenvalue),
    format: digits,
    reach: [],
    logarithmic: true,
  },
  {
    id: "architecture-loss",
    title: "Loss of the architecture steps, each batch normalised by its own statistics",
    of: ofEpochs(({ architectureLoss }) => architectureLoss),
    format: digits,
    reach: [],
  },
  {
    id: "supernet",
    title: `${measureTitles.valid_accuracy}, at the alphas, by BatchNorm's running statistics`,
    of: ofEpochs(({ valid }) => valid),
    format: percent,
    axis: "%",
    reach: [],
  },
];

const pointsOf = ({ record }: StudyRun, { of }: Measure): readonly Point[] => record ? of(record) : [];
const drawn = ({ runs }: ArmSummary, measure: Measure): StudyRun[] =>
  runs.filter((run) => pointsOf(run, measure).length > 0);

/** The section of the page; there is none while no run has anything to draw. */
export function trajectories({ arms }: StudySummary): Markup | false {
  const shown = measures.filter((measure) => arms.some((arm) => drawn(arm, measure).length > 0));
  if (shown.length === 0) return false;
  const runs = arms.flatMap((arm) => arm.runs);
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const last = max(runs.flatMap((run) => shown.flatMap((one) => pointsOf(run, one).map(([step]) => step))))!;
  const legend = seeds.map((seed, i): LegendEntry => ({ style: seriesStyle(i), name: `seed ${seed}` }));
  const styleOf = ({ seed }: StudyRun) => seriesStyle(seeds.indexOf(seed));
  return section(
    "trajectories",
    "While they search",
    "The cell that the alphas would give, and the supernet; a line is one run, with its seed at the end.",
    shown.map((measure) => {
      const reach = [
        ...measure.reach,
        ...runs.flatMap((run) => pointsOf(run, measure).map(([, value]) => value)),
      ];
      return figure(
        measure.title,
        markup`${legendList(legend)}<div class="charts arms">${
          arms.map((arm, i) => chartCard(arm.arm.name, chart(arm, i, measure, { reach, last, styleOf })))
        }</div>`,
        markup`${arms.filter((arm) => drawn(arm, measure).length > 0).map((arm) => numbers(arm, measure))}`,
      );
    }),
  );
}

/** What the charts of a measure have in common. */
interface Common {
  readonly reach: readonly number[];
  readonly last: number;
  readonly styleOf: (run: StudyRun) => string;
}

function chart(arm: ArmSummary, index: number, measure: Measure, { reach, last, styleOf }: Common): Markup {
  const runs = drawn(arm, measure);
  if (runs.length === 0) {
    return markup`<p class="lead">${
      arm.finished.length > 0 ? "Not measured in its runs." : "No run yet."
    }</p>`;
  }
  const lacking = arm.finished.filter(({ seed }) => !runs.some((run) => run.seed === seed));
  const drawing = lineChart({
    id: `${measure.id}-${index}`,
    title: `${measure.title}, ${arm.arm.name}`,
    format: measure.format,
    ...measure.axis && { axis: measure.axis },
    ...measure.logarithmic && { logarithmic: true },
    reach,
    over: { name: "step", format: whole, range: [0, last] },
    series: runs.map((run): Series => ({
      name: `seed ${run.seed}${run.state === "failed" ? ", failed" : ""}`,
      style: styleOf(run),
      points: pointsOf(run, measure),
      label: String(run.seed),
    })),
    width: 360,
    height: Math.max(180, 17 * runs.length + 40),
    charWidth: 8.6,
  });
  return markup`${drawing}${
    lacking.length > 0 && markup`<p class="lead">Not measured: seed ${
      lacking.map(({ seed }) => seed).join(", ")
    }.</p>`
  }`;
}

/** The numbers of a chart, a step a row. */
function numbers(arm: ArmSummary, measure: Measure): Markup {
  const { title, format } = measure;
  const runs = drawn(arm, measure);
  const columns = runs.map((run) => new Map(pointsOf(run, measure)));
  const steps = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return markup`<h3>${arm.arm.name}</h3>${
    table(
      `${title}, ${arm.arm.name}`,
      ["Step", ...runs.map(({ seed }) => `Seed ${seed}`)],
      steps.map((step) => [
        whole(step),
        ...columns.map((column) => {
          const value = column.get(step);
          return value === undefined ? "" : format(value);
        }),
      ]),
    )
  }`;
}
