/**
 * The frame of every page: one HTML file that needs nothing else. No script, no font, no image, no network; its
 * content policy forbids them, so that not even a hostile name in the data could fetch anything.
 */
import { type Markup, markup, type Part, raw } from "./markup.ts";
import { pageLinesCss } from "./legend.ts";
import chartCss from "./line_chart.css" with { type: "text" };
import pageCss from "./report.css" with { type: "text" };
import { type Palette, roles, themeCss } from "./theme.ts";

export interface Page {
  readonly title: string;
  /** Colours by name, beside those of all pages. */
  readonly colours: Palette;
  /** Style sheet, beside that of all pages. */
  readonly css: string;
  readonly headline: Markup;
  readonly main: Part;
}

/** The page as the text of an HTML file. */
export const pageHtml = ({ title, colours, css, headline, main }: Page): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(themeCss({ ...roles, ...colours }) + pageCss + chartCss + pageLinesCss + css)}</style>
</head>
<body>
${headline}
<main>
${main}
</main>
</body>
</html>
`.text;

/** The top of a page: facts, of which those without a value are left out, and numbers in tiles. */
export interface Header {
  readonly eyebrow: string;
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
  /** `kind` is a class of the style sheet. */
  readonly tiles: readonly (readonly [name: string, value: string, kind?: string])[];
}

export const header = ({ eyebrow, title, facts, tiles }: Header): Markup =>
  markup`<header><p class="eyebrow">${eyebrow}</p><h1>${title}</h1><dl class="facts">${
    facts.map(([name, value]) => value && markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  }</dl><dl class="tiles">${
    tiles.map(([name, value, kind = ""]) =>
      markup`<div class="tile ${kind}"><dt>${name}</dt><dd>${value}</dd></div>`
    )
  }</dl></header>`;

/** What to know before trusting the numbers; nothing where there are no notes. */
export const notesList = (notes: readonly string[]): Markup | false =>
  notes.length > 0 &&
  markup`<aside class="notes" aria-label="Notes"><h2>Notes</h2><ul>${
    notes.map((note) => markup`<li>${note}</li>`)
  }</ul></aside>`;

export function section(
  id: string,
  title: string,
  lead: Part,
  content: Markup | readonly Markup[],
): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>${
    lead && markup`<p class="lead">${lead}</p>`
  }${content}</section>`;
}

/** A figure in its card, with the numbers it shows behind a disclosure. */
export const figure = (title: string | false, content: Markup, numbers: Markup): Markup =>
  markup`<figure>${
    title && markup`<figcaption>${title}</figcaption>`
  }${content}<details><summary>Show as a table</summary>${numbers}</details></figure>`;
