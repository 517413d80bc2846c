/** How the cell changes while a study's searches go on: a small chart an arm, a line a run. */
import { seriesStyle } from "./comparison_figure.ts";
import { max } from "./d3.ts";
import { whole } from "./format.ts";
import { type LegendEntry, legendList } from "./legend.ts";
import { chartCard, lineChart, type Series } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import { figure, section } from "./page.ts";
import type { ArmSummary, StudyLook, StudyRun, StudySummary } from "./study.ts";
import { accuracyWords } from "./study_words.ts";
import { table } from "./tables.ts";

/** What is drawn of each look. */
interface Measure {
  readonly id: string;
  readonly title: string;
  readonly of: (look: StudyLook) => number;
  readonly format: (value: number) => string;
  /** Values that the axis has to reach. */
  readonly reach: readonly number[];
}

const measures: readonly Measure[] = [
  {
    id: "skips",
    title: "Skip connections of the cell",
    of: ({ skips }) => skips,
    format: String,
    reach: [0],
  },
  {
    id: "accuracy",
    title: "What the cell reaches by the table, %",
    of: ({ accuracy }) => accuracy,
    format: accuracyWords,
    reach: [],
  },
];

const looksOf = ({ record }: StudyRun): readonly StudyLook[] => record?.looks ?? [];
const drawn = ({ runs }: ArmSummary): StudyRun[] => runs.filter((run) => looksOf(run).length > 0);

/** The section of the page; there is none while no run has looked at its alphas. */
export function trajectories({ arms }: StudySummary): Markup | false {
  const runs = arms.flatMap(drawn);
  if (runs.length === 0) return false;
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const last = max(runs.flatMap((run) => looksOf(run).at(-1)!.step))!;
  const legend = seeds.map((seed, i): LegendEntry => ({ style: seriesStyle(i), name: `seed ${seed}` }));
  const styleOf = ({ seed }: StudyRun) => seriesStyle(seeds.indexOf(seed));
  return section(
    "trajectories",
    "While they search",
    "The cell that the alphas would give, step by step; a line is one run, with its seed at the end.",
    measures.map((measure) => {
      const values = [...measure.reach, ...runs.flatMap((run) => looksOf(run).map(measure.of))];
      return figure(
        measure.title,
        markup`${legendList(legend)}<div class="charts arms">${
          arms.map((arm, i) => chartCard(arm.arm.name, chart(arm, i, measure, { values, last, styleOf })))
        }</div>`,
        markup`${arms.filter((arm) => drawn(arm).length > 0).map((arm) => numbers(arm, measure))}`,
      );
    }),
  );
}

/** What the charts of a measure have in common. */
interface Common {
  readonly values: readonly number[];
  readonly last: number;
  readonly styleOf: (run: StudyRun) => string;
}

function chart(arm: ArmSummary, index: number, measure: Measure, { values, last, styleOf }: Common): Markup {
  const runs = drawn(arm);
  if (runs.length === 0) {
    const ended = arm.finished.length > 0;
    return markup`<p class="lead">${ended ? "Its runs left no looks at alphas." : "No run yet."}</p>`;
  }
  return lineChart({
    id: `${measure.id}-${index}`,
    title: `${measure.title}, ${arm.arm.name}`,
    format: measure.format,
    reach: values,
    over: { name: "step", format: whole, range: [0, last] },
    series: runs.map((run): Series => ({
      name: `seed ${run.seed}${run.state === "failed" ? ", failed" : ""}`,
      style: styleOf(run),
      points: looksOf(run).map((look) => [look.step, measure.of(look)]),
      label: String(run.seed),
    })),
    width: 360,
    height: Math.max(180, 17 * runs.length + 40),
    charWidth: 8.6,
  });
}

/** The numbers of a chart, a step a row. */
function numbers(arm: ArmSummary, { title, of, format }: Measure): Markup {
  const runs = drawn(arm);
  const steps = [...new Set(runs.flatMap((run) => looksOf(run).map(({ step }) => step)))].sort((a, b) =>
    a - b
  );
  return markup`<h3>${arm.arm.name}</h3>${
    table(
      `${title}, ${arm.arm.name}`,
      ["Step", ...runs.map(({ seed }) => `Seed ${seed}`)],
      steps.map((step) => [
        whole(step),
        ...runs.map((run) => {
          const look = looksOf(run).find((one) => one.step === step);
          return look === undefined ? "" : format(of(look));
        }),
      ]),
    )
  }`;
}
