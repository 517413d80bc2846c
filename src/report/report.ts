/**
 * The report of a run: one HTML file that needs nothing else. No script, no font, no image, no network; its
 * content policy forbids them, so that not even a hostile name in the data could fetch anything.
 */
import { cellCss } from "./cell_figure.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import { markup, raw } from "./markup.ts";
import { operationColours } from "./palette.ts";
import pageCss from "./report.css" with { type: "text" };
import { alphas, cells, curves, genotype, headline, notes, reproduce, tables } from "./sections.ts";
import { roles, themeCss } from "./theme.ts";
import type { ReportData } from "./types.ts";

const style = (): string =>
  themeCss({ ...roles, ...operationColours, ...heatColours }) + pageCss + cellCss() + heatCss();

/** The report as the text of an HTML file. */
export function reportHtml(run: ReportData): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${run.title}</title>
<style>${raw(style())}</style>
</head>
<body>
${headline(run)}
<main>
${[notes, cells, alphas, curves, genotype, reproduce, tables].map((section) => section(run))}
</main>
</body>
</html>
`.text;
}
