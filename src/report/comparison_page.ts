/** A comparison as a page: one HTML file that needs nothing else, in the style of the report. */
import css from "./comparison.css" with { type: "text" };
import { baselinesSection } from "./comparison_baselines.ts";
import {
  type Comparison,
  eigenvalues,
  equallyMany,
  type GroupSummary,
  summarise,
  type Summary,
} from "./comparison_data.ts";
import { type Measure, measures } from "./comparison_measures.ts";
import {
  bandWords,
  comparisonTitle,
  seriesColours,
  trajectories,
  trajectoryChart,
  trajectoryCss,
  trajectoryLegend,
} from "./comparison_figure.ts";
import {
  bestValue,
  doneWords,
  eigenvalueSpans,
  eigenvalueWords,
  ruleWords,
  spanWords,
  spread,
  statisticWords,
} from "./comparison_table.ts";
import { cells, runsTable, settings } from "./comparison_runs.ts";
import { max, min } from "./d3.ts";
import { duration, whole } from "./format.ts";
import { legendList } from "./legend.ts";
import { chartCard } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import { figure, header, type Live, pageHtml, section } from "./page.ts";
import { table } from "./tables.ts";

/** The page as the text of an HTML file; `live` where it is drawn again as the runs go on. */
export function comparisonHtml(comparison: Comparison, live?: Live): string {
  const summary = summarise(comparison);
  return pageHtml({
    title: comparisonTitle(comparison),
    colours: seriesColours,
    css: css + trajectoryCss(summary.groups.length),
    headline: headline(comparison, summary),
    live,
    main: [
      failures(summary),
      results(comparison, summary),
      baselinesSection(summary),
      curves(summary),
      spectrum(summary),
      cells(summary),
      section(
        "runs",
        "Runs",
        "Each links to its own report.",
        markup`<figure class="comparison">${runsTable(summary)}</figure>`,
      ),
      settings(comparison, summary),
      section(
        "reproduce",
        "Run it again",
        "In a folder that has runs of these settings already, only those that are missing are run.",
        markup`<pre tabindex="0" aria-label="Command">${comparison.command}</pre>`,
      ),
    ],
  });
}

/** The measure by which the methods are ranked here: the first that ranks any. */
const ranking = ({ measures }: Summary) => measures.find(({ better }) => better !== undefined);

/**
 * The groups with the best mean of a measure in their space; none where there is nothing to be better than, or where not
 * all means are of as many runs.
 */
const leaders = ({ groups }: Summary, measure: Measure): readonly GroupSummary[] =>
  [...Map.groupBy(groups, ({ space }) => space).values()].flatMap((own) => leadersOf(own, measure));

function leadersOf(groups: readonly GroupSummary[], measure: Measure): readonly GroupSummary[] {
  const found = groups.map(({ statistics }) => statistics.get(measure));
  const means = found.map((statistic) => statistic?.mean);
  const known = means.filter((mean) => mean !== undefined);
  if (measure.better === undefined || new Set(known).size < 2) return [];
  if (!equallyMany(found.map((statistic) => statistic?.n ?? 0))) return [];
  const best = measure.better === "high" ? max(known) : min(known);
  return groups.filter((_, i) => means[i] === best);
}

/** "0 to 2". */
const seedWords = ({ seeds: [first, ...more] }: Comparison): string =>
  more.length === 0 ? String(first) : `${first} to ${more.at(-1)}`;

function headline(comparison: Comparison, summary: Summary): Markup {
  const runs = comparison.groups.flatMap(({ runs }) => runs);
  const done = runs.flatMap(({ record }) => record ?? []);
  const common = (of: (run: typeof done[number]) => unknown): string | undefined => {
    const values = [...new Set(done.map(of))].filter((value) => value !== undefined);
    return values.length > 0 ? values.join(", ") : undefined;
  };
  const measure = ranking(summary);
  const all = measure ? leaders(summary, measure) : [];
  // Numbers of several spaces are no one number.
  const best = new Set(all.map(({ space }) => space)).size === 1 ? all : [];
  const seconds = measures.find(({ key }) => key === "seconds")!;
  const tables = common(({ result }) => {
    const { table, dataset, of } = (result["benchmark"] ?? {}) as Record<string, unknown>;
    return table === undefined ? undefined : `${table}, ${dataset}, ${whole(Number(of))} cells`;
  });
  return header({
    eyebrow: "Comparison of searches",
    title: comparisonTitle(comparison),
    facts: [
      ["Data", common(({ config }) => config["data"])],
      ["Preset", common(({ config }) => config["preset"])],
      ["Seeds", seedWords(comparison)],
      ["Benchmark", tables],
      ["Device", common(({ environment }) => environment["adapter"])],
      ["Runs at a time", String(comparison.jobs)],
    ],
    tiles: [
      ...measure && best.length > 0
        ? [
          [
            `Best ${measure.title.toLowerCase()}: ${best.map(({ name }) => name).join("; ")}`,
            spread(best[0]!.statistics.get(measure)!, measure.format),
            "main",
          ] as const,
        ]
        : [],
      ["Seeds each", String(comparison.seeds.length)],
      ["Runs done", `${done.length} of ${runs.length}`],
      ["Time of all runs, added up", duration(done.reduce((sum, run) => sum + (seconds.of(run) ?? 0), 0))],
    ],
  });
}

function failures({ groups }: Summary): Markup | false {
  const failed = groups.flatMap(({ runs }) => runs.filter(({ failure }) => failure !== undefined));
  return failed.length > 0 &&
    markup`<aside class="notes" aria-label="Failures"><h2>Runs that failed</h2><ul>${
      failed.map(({ name, failure }) => markup`<li>${name}: ${failure}</li>`)
    }</ul></aside>`;
}

function results(comparison: Comparison, summary: Summary): Markup {
  const bold = new Map(summary.measures.map((measure) => [measure, leaders(summary, measure)]));
  const single = summary.groups.every(({ runs }) => runs.length === 1);
  const rows = summary.groups.map((group) => [
    group.name,
    doneWords(group),
    ...summary.measures.map((measure) => {
      const found = group.statistics.get(measure);
      if (found === undefined) return "–";
      const words = spread(found, measure.format);
      const best = single ? undefined : bestValue(group, measure);
      return markup`${bold.get(measure)!.includes(group) ? markup`<b>${words}</b>` : words}${
        best !== undefined && markup`<span class="best">best run ${best}</span>`
      }`;
    }),
  ]);
  return section(
    "results",
    "Results",
    markup`${statisticWords} ${!single && ruleWords(summary)} Time is the wall time of a run${
      comparison.jobs > 1 && `, ${comparison.jobs} at a time`
    }.`,
    markup`<figure class="comparison">${
      table("Results", ["", "Runs", ...summary.measures.map(({ title }) => title)], rows)
    }</figure>`,
  );
}

function curves(summary: Summary): Markup | false {
  const panels = trajectories(summary);
  if (panels.length === 0) return false;
  const size = { width: 360, height: Math.max(220, 17 * summary.groups.length + 40), charWidth: 8.6 };
  return section(
    "trajectories",
    "While they search",
    bandWords,
    figure(
      false,
      markup`${legendList(trajectoryLegend(summary))}<div class="charts">${
        panels.map((panel, i) =>
          chartCard(panel.title, trajectoryChart(summary, panel, { id: `trajectory-${i}`, ...size }))
        )
      }</div>`,
      markup`${panels.map(trajectoryTable)}`,
    ),
  );
}

/** The numbers of one chart, an epoch a row. */
function trajectoryTable({ title, format, lines }: ReturnType<typeof trajectories>[number]): Markup {
  const epochs = [...new Set(lines.flatMap(({ points }) => points.map(({ epoch }) => epoch)))].sort((a, b) =>
    a - b
  );
  const words = (values: readonly (number | undefined)[]): string => {
    const [mean, low, high] = values;
    if (mean === undefined) return "";
    return low === high ? format(mean) : `${format(mean)} (${format(low!)} to ${format(high!)})`;
  };
  return markup`<h3>${title}</h3>${
    table(
      `${title}: mean and range over the seeds`,
      ["Epoch", ...lines.map(({ group }) => group.name)],
      epochs.map((epoch) => [
        String(epoch),
        ...lines.map(({ points }) => {
          const point = points.find((point) => point.epoch === epoch);
          return words([point?.mean, point?.low, point?.high]);
        }),
      ]),
    )
  }`;
}

/** Eigenvalues by quarter of the search beside what came out, as in the paper's Table 4. */
function spectrum(summary: Summary): Markup | false {
  const spans = eigenvalueSpans(summary);
  if (spans.length === 0) return false;
  const { format } = measures.find(({ key }) => key === "eigenvalue")!;
  const outcomes = summary.measures.filter(({ better }) => better !== undefined);
  const means = (span: typeof spans[number], { space }: GroupSummary) =>
    summary.groups.filter((other) => other.space === space).flatMap((other) =>
      eigenvalues(other, span)?.mean ?? []
    );
  const rows = summary.groups.map((group) => [
    group.name,
    ...spans.map((span) => {
      const found = eigenvalues(group, span);
      if (found === undefined) return "–";
      const words = spread(found, format);
      const lowest = min(means(span, group)) === found.mean && max(means(span, group))! > found.mean;
      return lowest ? markup`<b>${words}</b>` : words;
    }),
    ...outcomes.map((measure) => {
      const found = group.statistics.get(measure);
      return found === undefined ? "–" : spread(found, measure.format);
    }),
  ]);
  return section(
    "eigenvalues",
    "Eigenvalues",
    `${eigenvalueWords} The lowest of each column and space stands out.`,
    markup`<figure class="comparison">${
      table("Eigenvalues", ["", ...spans.map(spanWords), ...outcomes.map(({ title }) => title)], rows)
    }</figure>`,
  );
}
