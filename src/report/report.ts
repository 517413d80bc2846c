/** The report of a run: its sections, each a function from the run to HTML, and the page of them. */
import { type Baselines, distanceWords } from "../benchmarks/baselines.ts";
import { alphasFigure, alphasLegend, liftRange } from "./alphas_figure.ts";
import { baselinesTable } from "./baselines_table.ts";
import { cellCss, cellFigure } from "./cell_figure.ts";
import { textHtml } from "./cell_text.ts";
import { curvesFigure, type Stage } from "./curves_figure.ts";
import { compact, duration, percent, whole } from "./format.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import { joinedMatrices } from "./joined_matrices.ts";
import { type Markup, markup, raw } from "./markup.ts";
import { measureTitles } from "./measure_titles.ts";
import { figure, type Header, header, type Live, notesList, pageHtml, section } from "./page.ts";
import { operationColours } from "./palette.ts";
import { edgesTable, metricsTable, table, valuesTable, weightsTable } from "./tables.ts";
import { intervalTitle, intervalWords } from "./test_note.ts";
import type { ReportData, RunResult } from "./types.ts";

/** A section without content is `false`. */
type Section = (run: ReportData) => Markup | false;

/** What the run was and what came out of it. */
const headline = (run: ReportData): Markup =>
  header({
    eyebrow: "MS-DARTS run report",
    title: run.title,
    facts: [
      ["Method", run.method],
      ["Space", run.space?.name],
      ["Data set", run.dataset],
      ["Device", run.device],
    ],
    tiles: [...run.standing?.tiles ?? [], ...run.result ? resultTiles(run.result) : []],
  });

/** What few images leave open of it. */
const within = (accuracy: number, images: number): string =>
  images > 0 ? `, ${intervalTitle} ${intervalWords(accuracy, images)}` : "";

function resultTiles(
  { parameters, macs, test_accuracy: accuracy, seconds, benchmark, classes = [] }: RunResult,
): Header["tiles"] {
  const images = classes.reduce((sum, { test }) => sum + test, 0);
  return [
    ...(typeof accuracy === "number"
      ? [[`Test accuracy${within(accuracy, images)}`, percent(accuracy), "main"] as const]
      : []),
    ...(benchmark
      ? [
        [
          measureTitles.benchmark_accuracy,
          percent(benchmark.accuracies[benchmark.dataset]! / 100),
          "main",
        ] as const,
        [measureTitles.benchmark_rank, `${whole(benchmark.rank)} of ${whole(benchmark.of)}`] as const,
      ]
      : []),
    ["Parameters", compact(parameters)],
    ["Multiply-adds", compact(macs)],
    ["Time", duration(seconds)],
  ];
}

const notesOf: Section = (run) => notesList(run.notes);

const cells: Section = (run) =>
  run.cells.length > 0 &&
  section(
    "cells",
    "The cells",
    `${run.standing?.wouldBe ? "If the search ended now. " : ""}The network stacks ${
      run.cells.length > 1 ? "these" : "copies of this"
    }. Each node adds its edges.`,
    run.cells.map((cell) =>
      figure(
        cell.title,
        markup`<div class="scroll" tabindex="0" role="region" aria-label="${cell.title}, drawing">${
          raw(cellFigure(cell))
        }</div>${cell.note !== "" && markup`<p class="lead">${textHtml(cell.note)}</p>`}`,
        edgesTable(cell),
      )
    ),
  );

const alphas: Section = (run) => {
  if (!run.space || run.mixing.length === 0) return false;
  const { matrices, mixing, choices } = joinedMatrices({ ...run, matrices: run.space.matrices });
  const range = liftRange(mixing);
  return section(
    "alphas",
    "How the search chose",
    "The mixing weight of each alternative (panels) in each choice (rows), epoch by epoch. " +
      "Blue is heavier than an even mixture, brown lighter. A dot marks what went into the cell.",
    [
      alphasLegend(matrices, range),
      ...matrices.map((matrix) =>
        figure(matrix.title, alphasFigure({ matrix, mixing, choices }, range), weightsTable(mixing, matrix))
      ),
    ],
  );
};

const stageTitles: Readonly<Record<Stage, string>> = {
  search: "Search",
  train: "Training the found network",
};

const curves: Section = (run) => {
  const stages = (["search", "train"] as const)
    .filter((stage) => run.metrics.some((row) => row.stage === stage));
  if (stages.length === 0) return false;
  return section(
    "curves",
    "Learning curves",
    false,
    stages.map((stage) =>
      figure(stageTitles[stage], curvesFigure(run.metrics, stage), metricsTable(run.metrics, stage))
    ),
  );
};

const benchmark: Section = (run) => {
  const { benchmark: entry, baselines } = run.result ?? {};
  if (!entry) return false;
  const { table: name, dataset, accuracies, validation, rank, of, regret } = entry;
  const rows = Object.entries(accuracies).map(([data, accuracy]) => [data, percent(accuracy / 100)]);
  if (validation !== undefined) rows.push([`${dataset}, validation images`, percent(validation / 100)]);
  return section(
    "benchmark",
    "What the table says",
    `The cell's place among ${whole(of)} trained cells in the table ${name}: rank ${whole(rank)} on ` +
      `${dataset}, ${regret.toFixed(2)} percentage points below the best. The search saw nothing of it.`,
    [
      table(
        "Accuracies of the cell in the table",
        ["Data set", validation === undefined ? "Test accuracy" : "Accuracy"],
        rows,
      ),
      ...baselines ? [beside(accuracies[dataset]!, baselines)] : [],
    ],
  );
};

/** What needs no search, and in words where the cell stands to it. */
const beside = (accuracy: number, baselines: Baselines): Markup =>
  markup`<h3>Beside what needs no search</h3><p class="lead">The cell is ${
    baselines.rows.map((row) => distanceWords(accuracy, row)).join(", ")
  }. ${baselines.notes.join(" ")}</p>${baselinesTable(baselines)}`;

const images: Section = (run) => {
  const classes = run.result?.classes;
  if (!classes) return false;
  const sum = (split: "train" | "test") => whole(classes.reduce((all, each) => all + each[split], 0));
  return section(
    "images",
    "Images",
    `${run.dataset}: ${classes.length} classes, ${sum("train")} training and ${sum("test")} test images.`,
    markup`<details${
      raw(classes.length <= openClasses ? " open" : "")
    }><summary>Images of each class</summary>${
      table(
        "Images of each class",
        ["Class", "Training", "Test"],
        classes.map(({ name, train, test }) => [name, whole(train), whole(test)]),
      )
    }</details>`,
  );
};

/** Classes that the report shows without being asked to. */
const openClasses = 20;

const genotype: Section = (run) =>
  run.genotypeText !== undefined &&
  section(
    "genotype",
    "Genotype",
    "As the repositories of its space read it.",
    markup`<pre tabindex="0" aria-label="Genotype">${run.genotypeText}</pre>`,
  );

const reproduce: Section = (run) =>
  run.commands.length > 0 &&
  section(
    "reproduce",
    "Run it again",
    run.commands.length === 1
      ? "On the same adapter, the same command gives the same bits."
      : "On the same adapter, the same commands give the same bits, each begun where the one before it had come to.",
    markup`<pre tabindex="0" aria-label="Command">${run.commands.join("\n")}</pre>`,
  );

const tables: Section = (run) => {
  const shown: Partial<RunResult> = run.result ?? {};
  const { genotype: _, notes: __, classes: ___, baselines: ____, ...result } = shown;
  return markup`<div class="columns">${
    run.result !== undefined && section("result", "Result", false, valuesTable(result))
  }${section("environment", "Environment", false, valuesTable(run.environment))}${
    section("settings", "Settings", false, valuesTable(run.config))
  }</div>`;
};

/** The report as the text of an HTML file; `live` where it is drawn again as the run goes on. */
export const reportHtml = (run: ReportData, live?: Live): string =>
  pageHtml({
    title: run.title,
    colours: { ...operationColours, ...heatColours },
    css: cellCss() + heatCss(),
    headline: headline(run),
    main: [notesOf, cells, benchmark, alphas, curves, images, genotype, reproduce, tables].map((section) =>
      section(run)
    ),
    live,
  });
