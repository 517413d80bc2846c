/** The loss landscape around the alphas as a file of its own: charts and maps of loss and accuracy. */
import { figureFile } from "./figure_file.ts";
import { heatColours, heatCss } from "./heat_ramp.ts";
import { landscapeCharts, landscapeLines, landscapeSize } from "./landscape_curves.ts";
import type { Landscape } from "./landscape_data.ts";
import { landscapeMaps } from "./landscape_map.ts";
import css from "./landscape.css" with { type: "text" };
import { pageLinesCss } from "./legend.ts";
import { roles, themeCss } from "./theme.ts";

/** The style of the maps; colours are the theme's variables. */
export const landscapeCss = (): string => css + heatCss();

export const landscapeSvg = (data: Landscape): string =>
  figureFile({
    id: "landscape",
    title: data.title,
    description: "Loss and accuracy of the supernet around the alphas.",
    legend: landscapeLines(data, "loss"),
    charts: [...landscapeCharts(data), ...landscapeMaps(data)],
    size: landscapeSize,
    css: themeCss({ ...roles, ...heatColours }) + pageLinesCss + landscapeCss(),
  });
