/** Loss and accuracy over the epochs of each stage, and small charts of what else was measured. */
import { measure, percent } from "./format.ts";
import { chartCard, lineChart, type Series } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import { measureTitles } from "./measure_titles.ts";
import type { MetricRow } from "./types.ts";

export type Stage = MetricRow["stage"];

/** Measures drawn as a small chart where rows have them. A new one is one line. */
const signals: readonly (readonly [key: string, title: string])[] = [
  ["lr", measureTitles.lr],
  ["epsilon", "Perturbation ε"],
  ["alpha_entropy", measureTitles.alpha_entropy],
  ["skip_count", measureTitles.skip_count],
  ["eigenvalue", measureTitles.eigenvalue],
  ["alpha_distance", measureTitles.alpha_distance],
  ["discretization_gap", measureTitles.discretization_gap],
  ["benchmark_accuracy", `${measureTitles.benchmark_accuracy}, %`],
  ["benchmark_rank", measureTitles.benchmark_rank],
  ["images_per_second", measureTitles.images_per_second],
];

/** The finite values of one measure, by epoch. */
function values(rows: readonly MetricRow[], key: string): (readonly [number, number])[] {
  return rows.flatMap((row) => {
    const value = row[key];
    return typeof value === "number" && Number.isFinite(value) ? [[row.epoch, value] as const] : [];
  });
}

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly axis?: "%";
}

const pair = (rows: readonly MetricRow[], key: "loss" | "accuracy"): Series[] =>
  [
    { name: "training", style: "train", points: values(rows, `train_${key}`) } as const,
    { name: "validation", style: "valid", points: values(rows, `valid_${key}`) } as const,
  ].filter(({ points }) => points.length > 0);

function panelMarkup(id: string, panel: Panel, small: boolean): Markup | false {
  if (panel.series.length === 0) return false;
  const size = small
    ? { width: 200, height: 120, charWidth: 6.8 }
    : { width: 360, height: 190, charWidth: 8.6 };
  const legend = panel.series.length > 1 ? panel.series : [];
  return chartCard(panel.title, lineChart({ id, ...panel, ...size }), { small, legend });
}

/** The charts of one stage, as HTML: two large ones, then the small ones. Empty when nothing was measured. */
export function curvesFigure(metrics: readonly MetricRow[], stage: Stage): Markup {
  const rows = metrics.filter((row) => row.stage === stage);
  const large = [
    { title: "Loss", series: pair(rows, "loss"), format: measure },
    { title: "Accuracy", series: pair(rows, "accuracy"), format: percent, axis: "%" as const },
  ];
  const small = signals.map(([key, title]): Panel => {
    const points = values(rows, key);
    return {
      title,
      format: measure,
      series: points.length > 0 ? [{ name: title, style: "single", points }] : [],
    };
  });
  const draw = (panels: readonly Panel[], kind: "large" | "small") =>
    panels.map((panel, i) => panelMarkup(`${stage}-${kind}-${i}`, panel, kind === "small"));
  return markup`<div class="charts">${draw(large, "large")}</div><div class="charts small">${
    draw(small, "small")
  }</div>`;
}
