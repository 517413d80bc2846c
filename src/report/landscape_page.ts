/** The landscape as a page: one HTML file that needs nothing else, in the style of the report. */
import { measure, percent, signed, whole } from "./format.ts";
import { heatColours } from "./heat_ramp.ts";
import { type Landscape, type Sharpness, sharpness } from "./landscape_data.ts";
import { landscapeCharts, landscapeCss, landscapeLines } from "./landscape_figure.ts";
import { landscapeMaps } from "./landscape_map.ts";
import { legendList } from "./legend.ts";
import { chartCard } from "./line_chart.ts";
import { type Markup, markup } from "./markup.ts";
import { measureTitles } from "./measure_titles.ts";
import { figure, header, pageHtml, section } from "./page.ts";
import { table } from "./tables.ts";

const around: Readonly<Record<Landscape["around"], string>> = {
  alphas: "the raw alphas: softmax(α + r·d)",
  mixing: "the mixing weights, brought back onto the simplex: project(softmax(α) + r·d)",
};

const statistics: Readonly<Record<Landscape["statistics"], string>> = {
  running: "running",
  batch: "each batch's own",
};

/** The page as the text of an HTML file. */
export function landscapeHtml(data: Landscape): string {
  const radius = signed(data.radii.at(-1)!);
  const cards = (charts: ReturnType<typeof landscapeCharts>) =>
    markup`<div class="charts">${charts.map(({ title, content }) => chartCard(title, content))}</div>`;
  const maps = landscapeMaps(data);
  return pageHtml({
    title: data.title,
    colours: heatColours,
    css: landscapeCss(),
    headline: headline(data),
    main: markup`${
      section(
        "curves",
        "Along lines",
        `Loss and accuracy at a distance r from the alphas, up to ${radius}, along directions d of length one. ` +
          "The band is the mean of the random directions less and plus their standard deviation.",
        figure(
          false,
          markup`${legendList(landscapeLines(data, "loss"))}${cards(landscapeCharts(data))}`,
          curveTable(data),
        ),
      )
    }${
      maps.length > 0 &&
      section(
        "map",
        "On a plane",
        "Both directions have length one and are orthogonal. Blue is above the value at the alphas (the ring), " +
          "brown below.",
        figure(false, cards(maps), mapTable(data)),
      )
    }${section("sharpness", "Sharpness", false, sharpnessTable(sharpness(data)))}`,
  });
}

function headline(data: Landscape): Markup {
  const { center, eigenvalue } = data;
  return header({
    eyebrow: "Loss landscape around the alphas",
    title: data.title,
    facts: [
      ["Directions in", around[data.around]],
      ["BatchNorm statistics", statistics[data.statistics]],
      ["Validation images", whole(data.images)],
      ["Seed", String(data.seed)],
    ],
    tiles: [
      ...(eigenvalue !== null ? [[measureTitles.eigenvalue, measure(eigenvalue.value)] as const] : []),
      ["Loss at the alphas", measure(center.loss)],
      ["Accuracy there", percent(center.accuracy)],
    ],
  });
}

const curveTable = ({ radii, curves }: Landscape): Markup =>
  table(
    "Loss and accuracy along each direction",
    ["Distance", ...curves.flatMap(({ name }) => [`${name}, loss`, "accuracy"])],
    radii.map((radius, i) => [
      signed(radius),
      ...curves.flatMap(({ loss, accuracy }) => [measure(loss[i]!), percent(accuracy[i]!)]),
    ]),
  );

const mapTable = ({ map }: Landscape): Markup =>
  table(
    "Loss on the plane, upwards by rightwards distance",
    ["Distance", ...map!.radii.map(signed)],
    map!.radii.map((radius, j) => [signed(radius), ...map!.loss[j]!.map(measure)]),
  );

const sharpnessTable = (rows: readonly Sharpness[]): Markup =>
  table(
    "Sharpness along each direction",
    ["Direction", "loss rise at the ends", "accuracy drop", "curvature at the alphas"],
    rows.map(({ name, lossRise, accuracyDrop, curvature }) => [
      name,
      measure(lossRise),
      percent(accuracyDrop),
      measure(curvature),
    ]),
  );
