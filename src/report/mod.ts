/**
 * The report of a run and its figures: pure functions from plain data to SVG and HTML text.
 *
 * ```ts
 * import { match } from "node:assert/strict";
 * import { cellDiagrams, publishedGenotype } from "@ms-darts/ms-darts/network";
 * import { cellFigure } from "@ms-darts/ms-darts/report";
 *
 * const [normal] = cellDiagrams(publishedGenotype("DARTS_V2")!);
 * match(cellFigure(normal!, { standalone: true }), /^<svg .*<title .*Normal cell/s);
 * ```
 *
 * @module
 */
export { cellFigure, type CellFigureOptions, cellFiles } from "./cell_figure.ts";
export { collapseNote, emptyCellNotes } from "./collapse_note.ts";
export type { ComparedGroup, ComparedRun, Comparison, Statistic, UnderWay } from "./comparison_data.ts";
export { trajectoriesSvg } from "./comparison_figure.ts";
export type { CellDrawing, RunRecord } from "./comparison_measures.ts";
export { comparisonHtml } from "./comparison_page.ts";
export { comparisonCsv, comparisonJson, comparisonLines, runWords } from "./comparison_table.ts";
export {
  type Landscape,
  type LandscapeCurve,
  type LandscapeMap,
  type Sharpness,
  sharpness,
} from "./landscape_data.ts";
export { landscapeSvg } from "./landscape_figure.ts";
export { landscapeHtml } from "./landscape_page.ts";
export { mannWhitney, type RankTest } from "./mann_whitney.ts";
export type { Live } from "./page.ts";
export { reportHtml } from "./report.ts";
export {
  type ArmSummary,
  collapsedSkips,
  type FinishedRun,
  type Spread,
  type StudyEpoch,
  type StudyLook,
  type StudyRecord,
  type StudyRun,
  type StudySummary,
  type StudyTest,
  summariseStudy,
} from "./study.ts";
export { studySvg } from "./study_figure.ts";
export { studyLines } from "./study_lines.ts";
export { studyHtml } from "./study_page.ts";
export type { Study, StudyArm } from "../study.ts";
export {
  type CalibrationBin,
  measureTest,
  type NetworkTest,
  type TestedClass,
  type TestMeasures,
} from "./test_data.ts";
export { testHtml } from "./test_page.ts";
export { testCsv, testLines } from "./test_table.ts";
export { fewTestImagesNotes } from "./test_note.ts";
export type { Measured, MetricRow, MixingEpoch, ReportData, RunResult, Unfinished } from "./types.ts";
