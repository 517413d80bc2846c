/** The report of a run. */
import { cellCss } from "./cell_figure.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import { pageHtml } from "./page.ts";
import { operationColours } from "./palette.ts";
import {
  alphas,
  benchmark,
  cells,
  curves,
  genotype,
  headline,
  images,
  notes,
  reproduce,
  tables,
} from "./sections.ts";
import type { ReportData } from "./types.ts";

/** The report as the text of an HTML file. */
export const reportHtml = (run: ReportData): string =>
  pageHtml({
    title: run.title,
    colours: { ...operationColours, ...heatColours },
    css: cellCss() + heatCss(),
    headline: headline(run),
    main: [notes, cells, benchmark, alphas, curves, images, genotype, reproduce, tables].map((section) =>
      section(run)
    ),
  });
