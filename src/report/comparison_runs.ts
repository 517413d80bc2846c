/** The parts of a comparison's page that go down to single runs: their cells, their numbers, their settings. */
import type { Comparison, GroupSummary, Summary } from "./comparison_data.ts";
import { type Markup, markup } from "./markup.ts";
import { section } from "./page.ts";
import { table, valuesTable } from "./tables.ts";

const kinds: Readonly<Record<string, string>> = { normal: "Normal cell", reduce: "Reduction cell" };
const kindTitle = (kind: string): string => kinds[kind] ?? "Cell";

const base64 = (text: string): string => new TextEncoder().encode(text).toBase64();

/** What a drawing says of itself in words. */
const description = (svg: string): string => /<desc[^>]*>([^<]*)<\/desc>/.exec(svg)?.[1] ?? "";

const widthOf = (svg: string): number => Number(/^<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? 0);
/** The part of its own width down to which a drawing is shrunk into its card; below, the card scrolls. */
const smallest = 0.6;

/** The run whose cells stand for its group: the best, or the first where there is no rule. */
const shown = ({ best, finished }: GroupSummary) => best ?? finished[0];

/** The cells of each group's best run, kind by kind beside each other. As images they keep to themselves. */
export function cells({ groups }: Summary): Markup | false {
  const found = groups.flatMap((group) => {
    const run = shown(group);
    return run === undefined ? [] : run.record.cells.map((cell) => ({ group, run, cell }));
  });
  const all = [...new Set(found.map(({ cell }) => cell.kind))];
  if (all.length === 0) return false;
  return section(
    "cells",
    "The cells",
    "Of the best run of each row, or of its first where no rule names a best.",
    all.map((kind) =>
      markup`<div class="gallery">${
        found.filter(({ cell }) => cell.kind === kind).map(({ group, run, cell }) => {
          const title = `${kindTitle(kind)}, ${group.name}`;
          const best = group.runs.length > 1 && run === group.best && `, best of ${group.finished.length}`;
          return markup`<figure><figcaption>${group.name}<span class="by">seed ${run.seed}${best}</span></figcaption><div class="scroll" tabindex="0" role="region" aria-label="${title}, drawing"><img style="min-width:${
            Math.round(smallest * widthOf(cell.svg))
          }px" src="data:image/svg+xml;base64,${base64(cell.svg)}" alt="${title}: ${
            plain(description(cell.svg))
          }"></div></figure>`;
        })
      }</div>`
    ),
  );
}

/** Text out of a drawing, its entities read. */
const plain = (escaped: string): string =>
  escaped.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** Every run with its numbers, linked to its report. */
export function runsTable({ groups, measures }: Summary): Markup {
  const rows = groups.flatMap((group) =>
    group.runs.map(({ name, seed, record, failure, underWay }) => [
      record || underWay?.metrics
        ? markup`<a href="${encodeURI(name)}/report.html">${group.name}, seed ${seed}</a>`
        : `${group.name}, seed ${seed}`,
      ...record
        ? measures.map(({ of, format }) => {
          const value = of(record);
          return value === undefined ? "–" : format(value);
        })
        : [
          underWay?.words ?? (failure === undefined ? "not run yet" : "failed"),
          ...measures.slice(1).map(() => ""),
        ],
    ])
  );
  return table("Runs", ["Run", ...measures.length > 0 ? measures.map(({ title }) => title) : [""]], rows);
}

/** Settings that are a run's own by what it is. */
const identities = ["method", "space", "seed", "out", "json", "quiet", "dryRun", "explain"];

/** What all runs share, and what the methods chose differently. */
export function settings({ setting }: Comparison, { groups }: Summary): Markup | false {
  const configs = groups.flatMap(({ finished }) => finished.map(({ record }) => record.config));
  if (configs.length === 0) return false;
  const keys = [...new Set(configs.flatMap(Object.keys))].filter((key) => !identities.includes(key));
  const text = (value: unknown): string => value === undefined ? "–" : String(value);
  const shared = keys.filter((key) =>
    configs.every((config) => text(config[key]) === text(configs[0]![key]))
  );
  const own = keys.filter((key) => !shared.includes(key));
  const rows = groups.filter(({ finished }) => finished.length > 0).map(({ name, finished }) => [
    name,
    ...own.map((key) => [...new Set(finished.map(({ record }) => text(record.config[key])))].join(", ")),
  ]);
  return markup`${
    own.length > 0 &&
    section(
      "differences",
      "Settings that differ",
      setting === undefined ? "Where a setting is left open, a method has its own." : false,
      table("Settings that differ", ["", ...own], rows),
    )
  }<div class="columns">${
    section(
      "settings",
      "Settings that all share",
      false,
      valuesTable(Object.fromEntries(shared.map((key) => [key, configs[0]![key]]))),
    )
  }</div>`;
}
