/**
 * The frame of every page: one HTML file that needs nothing else. No script, no font, no image, no network; its
 * content policy forbids them, so that not even a hostile name in the data could fetch anything. A page that `watch`
 * serves has a script, of which its server's policy says what it may do.
 */
import { type Markup, markup, type Part, raw } from "./markup.ts";
import { pageLinesCss } from "./legend.ts";
import liveCss from "./live.css" with { type: "text" };
import chartCss from "./line_chart.css" with { type: "text" };
import pageCss from "./report.css" with { type: "text" };
import { type Palette, roles, themeCss } from "./theme.ts";

/** Where the server of live pages has their script. */
export const scriptPath = "/live.js";

export interface Page {
  readonly title: string;
  /** Colours by name, beside those of all pages. */
  readonly colours: Palette;
  /** Style sheet, beside that of all pages. */
  readonly css: string;
  readonly headline: Markup;
  readonly main: Part;
  /** Of a page that is drawn again while it is looked at. */
  readonly live?: Live | undefined;
  /** What a reader of such a page chooses by, which is not drawn again. */
  readonly form?: Markup | undefined;
}

/** What a page has that is drawn again whenever its files change. */
export interface Live {
  /** Tells this state of the page from others. */
  readonly version: string;
  /** Links to the pages above it: what they are called, and where they are. */
  readonly above: readonly (readonly [name: string, address: string])[];
}

const stillPolicy =
  markup`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`;
const liveScript = markup`<script src="${scriptPath}" defer></script>`;

/** A page whose headline and content are drawn again, what a reader chooses by between them not. */
const liveBody = (
  { version, above }: Live,
  { headline, content, form }: Pick<Page, "headline" | "form"> & { readonly content: Markup },
): Markup =>
  markup`<nav aria-label="Pages above this one">${
    above.map(([name, address]) => markup`<a href="${address}">${name}</a>`)
  }<span id="lost" role="status"></span><noscript>Load this page again to see what is new.</noscript></nav>
<div class="live" data-version="${version}">${headline}</div>
${form}
<div class="live">${content}</div>`;

/** The page as the text of an HTML file. */
export function pageHtml({ title, colours, css, headline, main, live, form }: Page): string {
  const content = markup`<main>
${main}
</main>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${live ? liveScript : stillPolicy}
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${
    raw(themeCss({ ...roles, ...colours }) + pageCss + chartCss + pageLinesCss + (live ? liveCss : "") + css)
  }</style>
</head>
<body>
${
    live ? liveBody(live, { headline, content, form }) : markup`${headline}
${content}`
  }
</body>
</html>
`.text;
}

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
